#define _GNU_SOURCE
#include "CThreading.h"

void cthreading_name_current(const char *name) { pthread_setname_np(pthread_self(), name); }
