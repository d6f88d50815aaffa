/* The Internet checksum (RFC 1071) with TCP's and ICMPv6's pseudo header. Private to this folder.
 */
#pragma once

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Sums are added up in the order in which bytes lie: the result is the same but for being turned
 * round. */
static inline uint64_t checksum_add(uint64_t sum, const uint8_t *data, size_t len)
{
	uint16_t word;

	for (; len >= 2; len -= 2, data += 2) {
		memcpy(&word, data, sizeof(word));
		sum += word;
	}
	return len ? sum + *data : sum; /* as if a zero followed */
}

/* What stands before the transport header: addr_len bytes of each address, its length and protocol.
 */
static inline uint64_t checksum_pseudo(
	const uint8_t *addresses, size_t addr_len, uint8_t protocol, size_t len)
{
	uint64_t sum = checksum_add(0, addresses, 2 * addr_len);

	return sum + htons(protocol) + htons((uint16_t)len) + htons((uint16_t)(len >> 16));
}

/* 0 over data that holds its right checksum; else what to write (as it lies) where a zero stood. */
static inline uint16_t checksum_end(uint64_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}
