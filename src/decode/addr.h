/* Internet addresses: 16 bytes in network order; IPv4 is ::ffff:a.b.c.d (RFC 4291 2.5.5.2). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "network order is turned around below");

struct addr {
	uint8_t b[16];
};

struct prefix {
	struct addr addr; /* bits after the prefix are 0 */
	uint8_t bits;     /* 0..128; an IPv4 /24 has 120 */
};

enum { ADDR_TEXT_SIZE = 64 };

/* Two words: what is stored in smaller pieces is not there yet when it is read as words a moment later. */
static inline struct addr addr_from_v4(uint32_t v4)
{
	struct addr a;
	const uint64_t words[2] = { 0, (uint64_t)__builtin_bswap32(v4) << 32 | 0xffff0000 };

	memcpy(a.b, words, sizeof(a.b));
	return a;
}

static inline bool addr_is_v4(const struct addr *a)
{
	uint64_t head;
	uint32_t mark;

	memcpy(&head, a->b, sizeof(head));
	memcpy(&mark, a->b + 8, sizeof(mark));
	return head == 0 && mark == 0xffff0000;
}

/* Host order; only for addr_is_v4(). */
static inline uint32_t addr_v4(const struct addr *a)
{
	return (uint32_t)a->b[12] << 24 | (uint32_t)a->b[13] << 16 | (uint32_t)a->b[14] << 8 | a->b[15];
}

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* 203.0.113.5 or 2001:db8::1 (RFC 5952). Returns out. */
const char *addr_print(const struct addr *a, char out[ADDR_TEXT_SIZE]);
/* 203.0.113.0/24 */
const char *prefix_print(const struct prefix *p, char out[ADDR_TEXT_SIZE]);
bool addr_parse(const char *text, struct addr *ret);
/* "203.0.113.0/24", "2001:db8::/32" or an address alone (a /32 or /128). Host bits must be 0 unless allow_host_bits,
 * which clears them. */
bool prefix_parse(const char *text, bool allow_host_bits, struct prefix *ret);
bool prefix_has(const struct prefix *p, const struct addr *a);
/* The address with all bits after the first bits (0..128) cleared. */
struct addr addr_mask(const struct addr *a, unsigned bits);
/* The network of an address as `network` means it: /24 of IPv4, /64 of IPv6. */
struct prefix addr_network(const struct addr *a);
/* Multicast, limited broadcast or unspecified: no single host. */
bool addr_is_group(const struct addr *a);
