// Counts allocations of a whole process: cc -O2 -shared -fPIC -o malloc-count.so malloc-count.c
// Use: MALLOC_COUNT_FILE=FILE LD_PRELOAD=./malloc-count.so PROGRAM
//
// At exit writes two numbers to that file: all allocations, and how many of them libdispatch made for itself. Swift's
// runtime has libdispatch run whatever task is woken, and for that it takes a work item: one for a wake-up, not one for
// an event.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// glibc's own entry points: calling them needs no dlsym, which itself allocates.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic long all, by_dispatch;
static uintptr_t dispatch_start, dispatch_end;

// Where libdispatch's code lies.
static int find_dispatch(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size;
    (void)context;
    if (library->dlpi_name == NULL || strstr(library->dlpi_name, "/libdispatch.so") == NULL) return 0;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0) continue;
        dispatch_start = library->dlpi_addr + part->p_vaddr;
        dispatch_end = dispatch_start + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void look(void) { dl_iterate_phdr(find_dispatch, NULL); }

static void note(void *caller) {
    atomic_fetch_add_explicit(&all, 1, memory_order_relaxed);
    uintptr_t place = (uintptr_t)caller;
    if (place < dispatch_start || place >= dispatch_end) return;
    atomic_fetch_add_explicit(&by_dispatch, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    note(__builtin_return_address(0));
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    note(__builtin_return_address(0));
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("MALLOC_COUNT_FILE");
    if (path == NULL) return;
    char text[64];
    int size = snprintf(text, sizeof text, "%ld %ld\n", atomic_load(&all), atomic_load(&by_dispatch));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || write(file, text, (size_t)size) != size) perror("malloc-count");
    if (file >= 0) close(file);
}
