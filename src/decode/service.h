/* What was addressed: 445/TCP, 8/ICMP, 128/ICMPv6, GRE, frag/UDP. One number, so that it is one column and one key. */
#pragma once

#include "decode/decode.h"

/* bits 0-15: port (TCP, UDP, SCTP) or ICMP type; bits 16-23: protocol; bit 24: later fragment (no port known).
 * Ties in rankings are broken by service_order(). The type is uint32_t. */

enum { SERVICE_TEXT_SIZE = 24 };

static inline uint32_t service_make(uint8_t protocol, uint16_t number)
{
	return (uint32_t)protocol << 16 | number;
}

static inline uint8_t service_protocol(uint32_t service)
{
	return (uint8_t)(service >> 16);
}

static inline uint16_t service_number(uint32_t service)
{
	return (uint16_t)service;
}

uint32_t service_of(const struct packet *p);
/* "445/TCP" */
const char *service_print(uint32_t service, char out[SERVICE_TEXT_SIZE]);
/* Reads what service_print writes, any case. False when it is no service. */
bool service_parse(const char *text, uint32_t *ret);
/* Number first, then protocol, then fragments last: the order of ties. */
static inline uint64_t service_order(uint32_t service)
{
	return (uint64_t)(service >> 24) << 32 | (uint64_t)service_number(service) << 8 | service_protocol(service);
}
