#pragma once
// What Swift's Glibc overlay does not surface: eventfd and thread names.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static inline int cthreading_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cthreading_name_current(const char *name);

/// Lets each of these signals write its number, as one byte, into a pipe, whichever thread the system picks for it.
/// Returns the end to read from, or -1 with errno set. Once per process.
int cthreading_signal_pipe(const int *signals, int count);

/// Lets SIGABRT end the process once the runtime's handler has printed its backtrace: by itself that handler returns,
/// and a process that was aborted from outside (by systemd's watchdog, for one) would go on. Call it once, early.
/// Returns 0, or -1 with errno set.
int cthreading_abort_ends_process(void);
