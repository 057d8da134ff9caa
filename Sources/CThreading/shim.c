#define _GNU_SOURCE
#include "CThreading.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

void cthreading_name_current(const char *name) { pthread_setname_np(pthread_self(), name); }

static int signal_pipe_in = -1;

// Only what is safe in a signal handler. A full pipe loses a repeated signal, which says nothing new.
static void write_signal(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t written = write(signal_pipe_in, &byte, 1);
    (void)written;
    errno = saved;
}

int cthreading_signal_pipe(const int *signals, int count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    if (fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) return -1;
    signal_pipe_in = ends[1];
    for (int index = 0; index < count; index++) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = write_signal;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        if (sigaction(signals[index], &action, NULL) != 0) return -1;
    }
    return ends[0];
}

static struct sigaction runtime_abort;

static void end_after_backtrace(int number, siginfo_t *info, void *context) {
    runtime_abort.sa_sigaction(number, info, context);
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(SIGABRT, &standard, NULL);
    sigset_t abort_only;
    sigemptyset(&abort_only);
    sigaddset(&abort_only, SIGABRT);
    pthread_sigmask(SIG_UNBLOCK, &abort_only, NULL);
    kill(getpid(), SIGABRT);
    for (;;) pause();
}

int cthreading_abort_ends_process(void) {
    if (sigaction(SIGABRT, NULL, &runtime_abort) != 0) return -1;
    // Without the runtime's handler the default action ends the process anyway.
    if (!(runtime_abort.sa_flags & SA_SIGINFO) || runtime_abort.sa_sigaction == NULL) return 0;
    struct sigaction action = runtime_abort;
    action.sa_sigaction = end_after_backtrace;
    return sigaction(SIGABRT, &action, NULL);
}
