// Many clients of live updates in one process: server-sent events and WebSockets that follow the same topics.
//
// Each event's text holds the moment of its publishing (CLOCK_MONOTONIC, nanoseconds) behind "filler":"; what is measured
// is the time from there to the moment at which its bytes have been read. Goes on by lines on its input: after "events"
// all streams are open, after "sockets" all sockets, and after "counting" it counts until a line ends it.
//
// Usage: live_clients PORT STREAMS SOCKETS TOPIC [HEADER ...]; prints a line at each step, the last one is JSON.
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

enum { CARRY = 64, SAMPLES = 20000000 };

struct client {
    int socket;
    int is_socket;
    char carry[CARRY];  // the end of what was read last, as a mark may be cut in two
    size_t carried;
    uint64_t heard;
};

static const char mark[] = "\"filler\":\"";
static uint32_t *took;
static uint64_t samples, lost;
static int poll_set;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void send_all(int socket, const void *data, size_t length) {
    if (send(socket, data, length, MSG_NOSIGNAL) != (ssize_t)length) die("send");
}

// Reads byte by byte up to the end of the answer's head, so that nothing of what follows is taken.
static void read_head(int socket, const char *wanted) {
    char head[8192];
    size_t length = 0;
    while (length < 4 || memcmp(head + length - 4, "\r\n\r\n", 4) != 0) {
        if (length == sizeof head - 1 || recv(socket, head + length, 1, 0) != 1) die("recv");
        length++;
    }
    head[length] = 0;
    if (strncmp(head + 9, wanted, 3) != 0) {
        fprintf(stderr, "%.200s\n", head);
        exit(1);
    }
}

static void send_frame(int socket, int opcode, const char *text) {
    unsigned char frame[256];
    size_t length = strlen(text);  // less than 126
    frame[0] = (unsigned char)(0x80 | opcode);
    frame[1] = (unsigned char)(0x80 | length);
    memset(frame + 2, 0, 4);  // a mask that changes nothing
    memcpy(frame + 6, text, length);
    send_all(socket, frame, length + 6);
}

static void open_client(struct client *c, uint16_t port, int is_socket, const char *topic, char **headers, int count) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->is_socket = is_socket;
    c->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
    char request[8192];
    size_t length = (size_t)snprintf(
        request, sizeof request,
        is_socket ? "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  : "GET /events?topics=%s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n",
        topic);
    for (int i = 0; i < count; i++)
        length += (size_t)snprintf(request + length, sizeof request - length, "%s\r\n", headers[i]);
    length += (size_t)snprintf(request + length, sizeof request - length, "\r\n");
    send_all(c->socket, request, length);
    read_head(c->socket, is_socket ? "101" : "200");
    if (is_socket) {
        char text[120];
        snprintf(text, sizeof text, "{\"type\":\"subscribe\",\"topics\":[\"%s\"]}", topic);
        send_frame(c->socket, 1, text);
    }
    fcntl(c->socket, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poll_set, EPOLL_CTL_ADD, c->socket, &event);
}

static void hear(struct client *c, int is_counting) {
    static char buffer[CARRY + 262144 + 1];
    memcpy(buffer, c->carry, c->carried);
    ssize_t got = recv(c->socket, buffer + c->carried, 262144, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        lost++;
        epoll_ctl(poll_set, EPOLL_CTL_DEL, c->socket, NULL);
        return;
    }
    uint64_t moment = now();
    size_t length = c->carried + (size_t)got;
    char *from = buffer, *end = buffer + length;
    *end = 0;
    char *found;
    while ((found = memmem(from, (size_t)(end - from), mark, sizeof mark - 1)) != NULL) {
        char *digits = found + sizeof mark - 1, *stop;
        uint64_t published = strtoull(digits, &stop, 10);
        if (stop >= end) break;  // The number goes on in what comes next.
        if (published > 0 && is_counting && samples < SAMPLES) {
            uint64_t elapsed = (moment - published) / 1000;
            took[samples++] = elapsed > UINT32_MAX ? UINT32_MAX : (uint32_t)elapsed;
            c->heard++;
        }
        from = stop;
    }
    size_t left = (size_t)(end - from);
    c->carried = left < CARRY ? left : CARRY;
    memcpy(c->carry, end - c->carried, c->carried);
}

static int by_size(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

// Takes what comes until there is a line on standard input.
static void listen_until_line(struct client *all, size_t count, int is_counting) {
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poll_set, EPOLL_CTL_ADD, 0, &input);
    uint64_t next_sign = now() + 5000000000u;
    struct epoll_event events[512];
    for (int is_over = 0; !is_over;) {
        int ready = epoll_wait(poll_set, events, 512, 100);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) {
                hear(events[i].data.ptr, is_counting);
            } else {
                is_over = 1;
            }
        }
        if (now() < next_sign) continue;
        next_sign += 5000000000u;
        // A sign of life now and then is as good as an answer to each ping.
        for (size_t i = 0; i < count; i++)
            if (all[i].is_socket) send_frame(all[i].socket, 10, "");
    }
    epoll_ctl(poll_set, EPOLL_CTL_DEL, 0, NULL);
    char line[64];
    if (!fgets(line, sizeof line, stdin)) exit(1);
}

int main(int argc, char **argv) {
    if (argc < 5) return 64;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint16_t port = (uint16_t)atoi(argv[1]);
    size_t streams = strtoul(argv[2], NULL, 10), sockets = strtoul(argv[3], NULL, 10), total = streams + sockets;
    struct client *all = calloc(total, sizeof *all);
    took = malloc(SAMPLES * sizeof *took);
    poll_set = epoll_create1(0);
    for (size_t i = 0; i < streams; i++) open_client(&all[i], port, 0, argv[4], argv + 5, argc - 5);
    puts("events");
    listen_until_line(all, streams, 0);
    for (size_t i = streams; i < total; i++) open_client(&all[i], port, 1, argv[4], argv + 5, argc - 5);
    puts("sockets");
    listen_until_line(all, total, 0);
    puts("counting");
    listen_until_line(all, total, 1);
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < total; i++) {
        if (all[i].heard < least) least = all[i].heard;
        if (all[i].heard > most) most = all[i].heard;
    }
    qsort(took, samples, sizeof *took, by_size);
    printf("{\"heard\": %llu, \"least\": %llu, \"most\": %llu, \"lost\": %llu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n",
           (unsigned long long)samples, (unsigned long long)least, (unsigned long long)most, (unsigned long long)lost,
           samples ? took[samples / 2] / 1e3 : 0, samples ? took[samples * 99 / 100] / 1e3 : 0,
           samples ? took[samples - 1] / 1e3 : 0);
    return 0;
}
