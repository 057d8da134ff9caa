// What HTTPBench and its peer talk to: an HTTP/1.1 server with one thread and constant answers.
//
// Usage: http_server. Listens on a free port of 127.0.0.1, prints it on one line, and serves until it is ended.
// POST /json is answered with a short document, POST /sse with a stream of 200 events, one chunk each.
// Build: cc -O2 -o http_server http_server.c
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { request_max = 16384, events_per_stream = 200 };

struct connection {
    int socket;
    int used;
    char bytes[request_max];
};

static const char document[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 158\r\n\r\n"
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":"
    "{\"role\":\"assistant\",\"content\":\"Hello there, how are you?\"}}],\"usage\":{\"t\":1234}}";
static const char stream_head[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

static void must(int ok, const char *what) {
    if (ok) return;
    perror(what);
    exit(1);
}

static void write_all(int socket, const char *bytes, int size) {
    while (size > 0) {
        ssize_t written = send(socket, bytes, (size_t)size, MSG_NOSIGNAL);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = socket, .events = POLLOUT};
            poll(&room, 1, 1000);
            continue;
        }
        if (written < 0) return;  // The client has gone: reading will tell so, too.
        bytes += written;
        size -= (int)written;
    }
}

static void write_stream(int socket) {
    write_all(socket, stream_head, sizeof stream_head - 1);
    for (int number = 0; number < events_per_stream; number++) {
        char event[256], chunk[320];
        int size = snprintf(event, sizeof event,
                            "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"token %03d\"},\"index\":0}],"
                            "\"model\":\"m-large\"}\n\n",
                            number);
        int all = snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", (unsigned)size, event);
        write_all(socket, chunk, all);
    }
    write_all(socket, "0\r\n\r\n", 5);
}

// Answers every complete request that has arrived.
static void answer(struct connection *peer) {
    for (;;) {
        char *end = strstr(peer->bytes, "\r\n\r\n");
        if (end == NULL) return;
        int size = (int)(end + 4 - peer->bytes);
        char *length = strcasestr(peer->bytes, "content-length:");
        if (length != NULL && length < end) size += atoi(length + 15);
        if (peer->used < size) return;
        int is_stream = strncmp(peer->bytes, "POST /sse", 9) == 0;
        memmove(peer->bytes, peer->bytes + size, (size_t)(peer->used - size + 1));
        peer->used -= size;
        if (is_stream)
            write_stream(peer->socket);
        else
            write_all(peer->socket, document, sizeof document - 1);
    }
}

// Whether the connection goes on.
static int read_more(struct connection *peer) {
    ssize_t size = read(peer->socket, peer->bytes + peer->used, (size_t)(request_max - 1 - peer->used));
    if (size < 0) return errno == EAGAIN;
    if (size == 0) return 0;
    peer->used += (int)size;
    peer->bytes[peer->used] = 0;
    answer(peer);
    return 1;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t address_size = sizeof address;
    must(listener >= 0, "socket");
    must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0, "bind");
    must(listen(listener, 1024) == 0, "listen");
    must(getsockname(listener, (struct sockaddr *)&address, &address_size) == 0, "getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poller = epoll_create1(0);
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = NULL};
    must(poller >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, listener, &interest) == 0, "epoll");
    for (;;) {
        struct epoll_event ready[256];
        int count = epoll_wait(poller, ready, 256, -1);
        for (int i = 0; i < count; i++) {
            struct connection *peer = ready[i].data.ptr;
            if (peer == NULL) {
                int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (socket < 0) continue;
                setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                peer = calloc(1, sizeof *peer);
                must(peer != NULL, "calloc");
                peer->socket = socket;
                struct epoll_event other = {.events = EPOLLIN, .data.ptr = peer};
                must(epoll_ctl(poller, EPOLL_CTL_ADD, socket, &other) == 0, "epoll");
            } else if (!read_more(peer)) {
                close(peer->socket);
                free(peer);
            }
        }
    }
}
