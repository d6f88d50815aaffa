/* What holds for every packet that decode_frame() gives, whatever the bytes. */
#pragma once

#include "decode/decode.h"

#include <assert.h>

static inline bool is_inside(const struct frame *f, const uint8_t *at, size_t len)
{
	return len == 0 ||
	       (at >= f->data && len <= f->cap_len && (size_t)(at - f->data) <= f->cap_len - len);
}

/* Reads every byte, so that a sanitizer sees those that are not there. */
static inline unsigned bytes_touch(const uint8_t *at, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += at[i];
	return sum;
}

static inline void packet_check_bounds(const struct frame *f, const struct packet *p)
{
	volatile unsigned sum;

	assert(is_inside(f, p->payload, p->payload_len));
	assert(is_inside(f, p->ip, p->ip_captured));
	assert(is_inside(f, p->tcp_options, p->tcp_options_len));
	sum = bytes_touch(p->payload, p->payload_len) + bytes_touch(p->ip, p->ip_captured) +
	      bytes_touch(p->tcp_options, p->tcp_options_len);
	(void)sum;
	assert(p->payload_len <= p->payload_wire_len);
	assert(p->payload_len <= p->ip_captured || p->payload_len == 0);
	assert(p->tcp_options_len <= 40);
	assert(p->tunnels <= 4);
	assert((f->odds & ~p->odds) == 0);
	assert(p->is_ip == (p->version == 4 || p->version == 6));
	if (!p->is_ip)
		assert(p->payload_len == 0 && p->protocol == 0 && p->sport == 0 && p->dport == 0);
	if (p->fragment == FRAGMENT_LATER)
		assert(p->sport == 0 && p->dport == 0 && p->tcp_flags == 0 && !p->quote.present);
}
