// The peer of BusBench: the same fan-out inside one process through libzmq's inproc transport, in plain C.
//
// Usage: inproc SUBSCRIBERS PUBLISHES BATCH. Every subscriber is a thread. An event has 64 bytes; a batch of them is
// one message, which is the best that libzmq can do. The publisher waits for slow subscribers, so that nothing is lost.
// Prints one line of JSON.
// Build: cc -O2 -o inproc inproc.c -lzmq -lpthread
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { event_size = 64, subscribers_max = 1000, batch_max = 1024 };

static const char address[] = "inproc://bench";
static void *context;
static long messages, batch;

static void check(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "inproc: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Handles every event of every message: reads two of its words.
static void *subscribe(void *sum) {
    void *socket = zmq_socket(context, ZMQ_SUB);
    check(socket != NULL, "open a subscriber");
    check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0) == 0, "subscribe");
    check(zmq_connect(socket, address) == 0, "connect");
    char *bytes = malloc((size_t)batch * event_size);
    check(bytes != NULL, "take memory");
    uint64_t total = 0;
    for (long i = 0; i < messages; i++) {
        int size = zmq_recv(socket, bytes, (size_t)batch * event_size, 0);
        check(size == batch * event_size, "receive");
        for (int at = 0; at < size; at += event_size) {
            uint64_t words[2];
            memcpy(words, bytes + at, sizeof words);
            total += words[0] + words[1];
        }
    }
    *(uint64_t *)sum = total;
    free(bytes);
    zmq_close(socket);
    return NULL;
}

int main(int count, char **arguments) {
    int subscribers = count > 1 ? atoi(arguments[1]) : 0;
    long publishes = count > 2 ? atol(arguments[2]) : 0;
    batch = count > 3 ? atol(arguments[3]) : 1;
    if (subscribers < 1 || subscribers > subscribers_max || batch < 1 || batch > batch_max || publishes < batch) {
        fprintf(stderr, "usage: inproc SUBSCRIBERS PUBLISHES BATCH\n");
        return 64;
    }
    messages = publishes / batch;
    context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, subscribers_max + 10);
    void *socket = zmq_socket(context, ZMQ_XPUB);
    int yes = 1;
    check(zmq_setsockopt(socket, ZMQ_XPUB_NODROP, &yes, sizeof yes) == 0, "wait for slow subscribers");
    check(zmq_setsockopt(socket, ZMQ_XPUB_VERBOSE, &yes, sizeof yes) == 0, "see every subscription");
    check(zmq_bind(socket, address) == 0, "listen");
    pthread_t threads[subscribers_max];
    uint64_t sums[subscribers_max];
    for (int i = 0; i < subscribers; i++)
        if (pthread_create(&threads[i], NULL, subscribe, &sums[i]) != 0) return 1;
    char notice[16];
    for (int i = 0; i < subscribers; i++) check(zmq_recv(socket, notice, sizeof notice, 0) > 0, "wait for subscribers");
    char *bytes = calloc((size_t)batch, event_size);
    check(bytes != NULL, "take memory");
    double started = now();
    for (long i = 0; i < messages; i++) {
        for (long event = 0; event < batch; event++) {
            uint64_t number = (uint64_t)(i * batch + event);
            memcpy(bytes + event * event_size, &number, sizeof number);
        }
        check(zmq_send(socket, bytes, (size_t)batch * event_size, 0) >= 0, "send");
    }
    for (int i = 0; i < subscribers; i++) pthread_join(threads[i], NULL);
    double seconds = now() - started;
    double sent = (double)(messages * batch);
    printf("{\"bench\":\"bus\",\"peer\":\"inproc\",\"mode\":\"throughput\",\"subscribers\":%d,\"batch\":%ld,"
           "\"publishes_per_s\":%.0f,\"deliveries_per_s\":%.0f,\"sum\":%llu}\n",
           subscribers, batch, sent / seconds, sent * subscribers / seconds, (unsigned long long)sums[0]);
    free(bytes);
    zmq_close(socket);
    zmq_ctx_term(context);
    return 0;
}
