#pragma once
// libzmq 4.3.4 as Debian 12 ships it: the stable API only, none of the draft one.
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <zmq.h>

// Macros that Swift does not import as constants of the type the functions take.
static const int czmq_error_terminated = ETERM;
static const int czmq_error_mechanism = ENOCOMPATPROTO;

// Where one outgoing message's frames end, counted from its start.
typedef struct {
    uint32_t topic_end;
    uint32_t header_end;
    uint32_t end;
} czmq_frames;

// Sends three frames without waiting. Zero, or -1 with zmq_errno() set; nothing was sent then.
static inline int czmq_send_three(void *socket, const uint8_t *bytes, czmq_frames frames) {
    if (zmq_send(socket, bytes, frames.topic_end, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) return -1;
    if (zmq_send(socket, bytes + frames.topic_end, frames.header_end - frames.topic_end,
                 ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) return -1;
    if (zmq_send(socket, bytes + frames.header_end, frames.end - frames.header_end, ZMQ_DONTWAIT) < 0) return -1;
    return 0;
}

// A monitor event's first frame: a 16-bit number and a 32-bit value without padding.
static inline uint16_t czmq_monitor_event(const void *frame) {
    uint16_t event;
    memcpy(&event, frame, sizeof event);
    return event;
}
