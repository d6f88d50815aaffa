/* SipHash-2-4 (Aumasson, Bernstein: SipHash: a fast short-input PRF, 2012): who does not know the
 * key cannot tell its values from random ones. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY = 16 };

uint64_t siphash(const uint8_t key[SIPHASH_KEY], const void *data, size_t len);
