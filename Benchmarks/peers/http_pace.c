// Asks one path at a steady rate over kept connections, and tells how long the answers took.
//
// Requests are due at fixed moments, whatever the server does: one that has to wait for a connection has waited from its
// moment on, so a server that stands still is not spared by a client that stands still with it.
//
// Usage: http_pace PORT PATH RATE SECONDS CONNECTIONS [HEADER ...]; prints a line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 65536, BACKLOG = 65536 };

struct connection {
    int socket;
    int is_busy;
    uint64_t asked;     // when the request on its way was due
    uint64_t *waiting;  // a ring of moments at which further ones were due
    unsigned first, count;
    char data[BUFFER];
    size_t length;
};

static char request[8192];
static size_t request_length;
static uint32_t *took;
static size_t done, failed, connections;
static struct connection *all;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void ask(struct connection *c, uint64_t due) {
    c->asked = due;
    c->is_busy = 1;
    c->length = 0;
    // A request is far smaller than what the kernel takes at once.
    if (send(c->socket, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length) die("send");
}

static void due(struct connection *c, uint64_t moment) {
    if (!c->is_busy) {
        ask(c, moment);
        return;
    }
    if (c->count == BACKLOG) {
        fprintf(stderr, "the server is too slow for this rate\n");
        exit(1);
    }
    c->waiting[(c->first + c->count++) % BACKLOG] = moment;
}

// Whether the answer is complete.
static int is_whole(struct connection *c) {
    c->data[c->length] = 0;
    char *end = strstr(c->data, "\r\n\r\n");
    if (!end) return 0;
    char *told = strcasestr(c->data, "content-length:");
    size_t body = told && told < end ? strtoul(told + 15, NULL, 10) : 0;
    return c->length >= (size_t)(end + 4 - c->data) + body;
}

static void receive(struct connection *c) {
    ssize_t got = recv(c->socket, c->data + c->length, BUFFER - 1 - c->length, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        fprintf(stderr, "the server has hung up\n");
        exit(1);
    }
    c->length += (size_t)got;
    if (!is_whole(c)) return;
    uint64_t elapsed = (now() - c->asked) / 1000;
    took[done++] = elapsed > UINT32_MAX ? UINT32_MAX : (uint32_t)elapsed;
    failed += strncmp(c->data, "HTTP/1.1 200", 12) != 0;
    c->is_busy = 0;
    if (c->count) {
        uint64_t moment = c->waiting[c->first];
        c->first = (c->first + 1) % BACKLOG;
        c->count--;
        ask(c, moment);
    }
}

static int by_size(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

int main(int argc, char **argv) {
    if (argc < 6) return 64;
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    connections = strtoul(argv[5], NULL, 10);
    size_t total = (size_t)(rate * seconds);
    request_length = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n", argv[2]);
    for (int i = 6; i < argc; i++)
        request_length += (size_t)snprintf(request + request_length, sizeof request - request_length, "%s\r\n", argv[i]);
    request_length += (size_t)snprintf(request + request_length, sizeof request - request_length, "\r\n");
    took = calloc(total, sizeof *took);
    all = calloc(connections, sizeof *all);
    int poll = epoll_create1(0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (size_t i = 0; i < connections; i++) {
        struct connection *c = &all[i];
        c->waiting = calloc(BACKLOG, sizeof *c->waiting);
        c->socket = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0) die("connect");
        int one = 1;
        setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poll, EPOLL_CTL_ADD, c->socket, &event);
    }
    uint64_t start = now() + 1000000, next = 0;
    uint64_t limit = start + (uint64_t)((seconds + 20) * 1e9);
    struct epoll_event events[64];
    while (done < total) {
        uint64_t moment = now();
        while (next < total && start + (uint64_t)((double)next * 1e9 / rate) <= moment) {
            due(&all[next % connections], start + (uint64_t)((double)next * 1e9 / rate));
            next++;
        }
        if (moment > limit) {
            fprintf(stderr, "%zu of %zu answers are missing\n", total - done, total);
            return 1;
        }
        // Without a wait: the moments are closer together than the kernel's shortest one.
        int count = epoll_wait(poll, events, 64, 0);
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            receive(c);
        }
    }
    double elapsed = (double)(now() - start) / 1e9;
    qsort(took, total, sizeof *took, by_size);
    printf("{\"requests\": %zu, \"failed\": %zu, \"per_s\": %.1f, \"p50_us\": %u, \"p95_us\": %u, "
           "\"p99_us\": %u, \"max_us\": %u}\n",
           total, failed, (double)total / elapsed, took[total / 2], took[total * 95 / 100], took[total * 99 / 100],
           took[total - 1]);
    return 0;
}
