// Tells every connection the same thing at a steady rate, and does nothing else: what live_clients measures of it is the
// kernel's part and the clients' own.
//
// Answers GET /ws as a WebSocket server and everything else as server-sent events; reads no frames. Prints its port.
//
// Usage: live_server RATE SIZE
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8192 };

static int sockets[MOST];
static char kinds[MOST];  // 0: not asked yet, 's' or 'w'
static int count;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void answer(int i) {
    char data[8192];
    ssize_t got = recv(sockets[i], data, sizeof data - 1, 0);
    if (got <= 0 || kinds[i]) return;
    data[got] = 0;
    kinds[i] = strstr(data, "GET /ws") ? 'w' : 's';
    const char *head = kinds[i] == 'w'
                           ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
                           : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    if (send(sockets[i], head, strlen(head), MSG_NOSIGNAL) < 0) kinds[i] = 0;
}

static void tell(int size) {
    static uint64_t number;
    char text[4096], event[5000], framed[5000];
    int length = snprintf(text, sizeof text, "{\"specversion\":\"1.0\",\"data\":{\"number\":%llu,\"filler\":\"%llu",
                          (unsigned long long)++number, (unsigned long long)now());
    while (length < size - 3) text[length++] = 'x';
    length += snprintf(text + length, sizeof text - (size_t)length, "\"}}");
    int body = snprintf(event + 16, sizeof event - 16, "event: drill.load.generated\ndata: %s\n\n", text);
    char head[16];
    int digits = snprintf(head, sizeof head, "%x\r\n", body);
    char *chunk = event + 16 - digits;
    memcpy(chunk, head, (size_t)digits);
    memcpy(event + 16 + body, "\r\n", 2);
    framed[0] = (char)0x81;
    framed[1] = 126;
    framed[2] = (char)(length >> 8);
    framed[3] = (char)length;
    memcpy(framed + 4, text, (size_t)length);
    for (int i = 0; i < count; i++) {
        if (kinds[i] == 's') send(sockets[i], chunk, (size_t)(digits + body + 2), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (kinds[i] == 'w') send(sockets[i], framed, (size_t)length + 4, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    uint64_t pause = (uint64_t)(1e9 / atof(argv[1]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1024) != 0) return 1;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = MOST};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    struct epoll_event events[256];
    for (uint64_t next = now() + pause;;) {
        uint64_t moment = now();
        if (moment >= next) {
            tell(atoi(argv[2]));
            next += pause;
            continue;
        }
        int ready = epoll_wait(poll, events, 256, (int)((next - moment) / 1000000) + 1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.u32 != MOST) {
                answer((int)events[i].data.u32);
                continue;
            }
            int socket;
            while (count < MOST && (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                sockets[count] = socket;
                struct epoll_event of = {.events = EPOLLIN | EPOLLET, .data.u32 = (uint32_t)count++};
                epoll_ctl(poll, EPOLL_CTL_ADD, socket, &of);
            }
        }
    }
}
