// The peer of WireBench: the same three frames through the same libzmq, from one thread, in plain C.
//
//   cc -O2 -o wire wire.c -lzmq
//   wire send ADDRESS EVENTS [HEADER_BYTES [PAYLOAD_BYTES]]    listens, waits for a subscriber, sends, waits for its end
//   wire recv ADDRESS EVENTS                                   connects, subscribes, counts
//
// Each prints one line of JSON.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static const char topic[] = "bench.quote.changed.BTC-USD";

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "wire: %s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
}

static void set(void *socket, int option, int value) {
    check(zmq_setsockopt(socket, option, &value, sizeof value) == 0, "set an option");
}

static char *filled(size_t size) {
    char *bytes = malloc(size);
    check(bytes != NULL, "take memory");
    memset(bytes, 'x', size);
    return bytes;
}

// Waits for a subscription (1) or the end of one (0).
static void await_subscription(void *socket, char kind) {
    char bytes[256];
    do check(zmq_recv(socket, bytes, sizeof bytes, 0) > 0, "wait for the subscriber");
    while (bytes[0] != kind);
}

static void send_events(void *context, const char *address, long count, size_t header_size, size_t payload_size) {
    void *socket = zmq_socket(context, ZMQ_XPUB);
    set(socket, ZMQ_SNDHWM, (int)count + 1000);
    check(zmq_bind(socket, address) == 0, "listen");
    char *header = filled(header_size), *payload = filled(payload_size);
    await_subscription(socket, 1);
    double started = now();
    for (long i = 0; i < count; i++) {
        zmq_send(socket, topic, sizeof topic - 1, ZMQ_SNDMORE);
        zmq_send(socket, header, header_size, ZMQ_SNDMORE);
        check(zmq_send(socket, payload, payload_size, 0) == (int)payload_size, "send");
    }
    double seconds = now() - started;
    printf("{\"bench\":\"wire\",\"side\":\"c\",\"mode\":\"send\",\"address\":\"%s\",\"events\":%ld,"
           "\"header_bytes\":%zu,\"payload_bytes\":%zu,\"events_per_s\":%.0f}\n",
           address, count, header_size, payload_size, (double)count / seconds);
    fflush(stdout);
    // On ipc what is still under way would be lost by closing now.
    await_subscription(socket, 0);
    free(header);
    free(payload);
    zmq_close(socket);
}

static void receive_events(void *context, const char *address, long count) {
    void *socket = zmq_socket(context, ZMQ_SUB);
    set(socket, ZMQ_RCVHWM, (int)count + 1000);
    set(socket, ZMQ_RECONNECT_IVL, 10);
    check(zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "bench.", 6) == 0, "subscribe");
    check(zmq_connect(socket, address) == 0, "connect");
    zmq_msg_t message;
    zmq_msg_init(&message);
    double started = 0;
    size_t bytes = 0;
    long received = 0;
    while (received < count) {
        size_t first = 0, all = 0;
        do {
            int size = zmq_msg_recv(&message, socket, 0);
            if (size < 0 && zmq_errno() == EINTR) continue;
            check(size >= 0, "receive");
            if (all == 0) first = (size_t)size;
            all += (size_t)size;
        } while (zmq_msg_more(&message));
        // The daemon's welcome has the subscribed prefix for a topic.
        if (first == 6) continue;
        if (received++ == 0) started = now();
        bytes += all;
    }
    double seconds = now() - started;
    printf("{\"bench\":\"wire\",\"side\":\"c\",\"mode\":\"recv\",\"address\":\"%s\",\"events\":%ld,\"bytes\":%zu,"
           "\"events_per_s\":%.0f}\n",
           address, received, bytes, (double)(received - 1) / seconds);
    zmq_msg_close(&message);
    zmq_close(socket);
}

int main(int count, char **arguments) {
    long events = count > 3 ? atol(arguments[3]) : 0;
    if (count < 4 || events < 2) {
        fprintf(stderr, "usage: wire send ADDRESS EVENTS [HEADER_BYTES [PAYLOAD_BYTES]] | recv ADDRESS EVENTS\n");
        return 64;
    }
    void *context = zmq_ctx_new();
    if (strcmp(arguments[1], "send") == 0) {
        size_t header = count > 4 ? (size_t)atol(arguments[4]) : 480, payload = count > 5 ? (size_t)atol(arguments[5]) : 256;
        send_events(context, arguments[2], events, header, payload);
    } else {
        receive_events(context, arguments[2], events);
    }
    zmq_ctx_term(context);
    return 0;
}
