#pragma once
// The two journald steps that Swift cannot spell: sealing a memfd, and the control-message macros.
#include <stddef.h>
#include <stdint.h>

/// Makes an anonymous file that holds `size` bytes and can never change again. Returns its descriptor, or -1 with errno.
int ctelemetry_sealed_memfd(const void *bytes, size_t size);

/// Sends one empty datagram that carries `passed` to the address. Returns 0, or -1 with errno.
int ctelemetry_send_descriptor(int socket, const void *address, uint32_t address_size, int passed);
