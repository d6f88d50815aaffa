/* What a test of the responder needs: frames with right checksums, and what must hold of every
 * answer, worked out here without the code that is tested. */
#pragma once

#include "capture/frame.h"
#include "decode/decode.h"
#include "decode/special.h"
#include "respond/respond.h"

#include <assert.h>

static inline uint16_t load16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void store16(uint8_t *at, unsigned v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void store32(uint8_t *at, uint32_t v)
{
	store16(at, v >> 16);
	store16(at + 2, v & 0xffff);
}

static inline uint32_t sum_of(uint32_t sum, const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

/* 0 when the transport's checksum is right. Needs a packet that is whole, without IPv6 extension
 * headers. */
static inline unsigned transport_sum(const struct packet *p)
{
	const size_t head = p->version == 4 ? (p->ip[0] & 15u) * 4 : 40, len = p->length - head;
	uint32_t sum = 0;

	if (p->protocol != PROTOCOL_ICMP) {
		sum = sum_of(0, p->ip + (p->version == 4 ? 12 : 8), p->version == 4 ? 8 : 32);
		sum = sum_of(sum, (uint8_t[]){0, p->protocol}, 2);
		sum = sum_of(sum, (uint8_t[]){(uint8_t)(len >> 8), (uint8_t)len}, 2);
	}
	return ~sum_of(sum, p->ip + head, len) & 0xffff;
}

/* Writes the right checksums into a frame that decoded to p. */
static inline void checksums_fix(struct frame *f, struct packet *p)
{
	uint8_t *data = (uint8_t *)(uintptr_t)f->data, *ip = data + (p->ip - f->data);
	const size_t head = p->version == 4 ? (ip[0] & 15u) * 4 : 40;
	const size_t at = p->protocol == PROTOCOL_TCP ? 16 : p->protocol == PROTOCOL_UDP ? 6 : 2;

	if (!p->is_ip || p->ip_captured < p->length || p->length < head + at + 2)
		return;
	if (p->version == 4) {
		store16(ip + 10, 0);
		store16(ip + 10, ~sum_of(0, ip, head) & 0xffff);
	}
	store16(ip + head + at, 0);
	store16(ip + head + at, transport_sum(p));
	decode_frame(f, false, p);
}

static inline bool is_special(const struct addr *a)
{
	static const uint32_t ranges[][2] = {
#define X(first, last) {first, last},
		SPECIAL_V4(X)
#undef X
	};

	if (!addr_is_v4(a)) /* only 2000::/3 is in use, and of that not all */
		return a->b[0] >> 5 != 1 || (load16(a->b) == 0x2001 && load16(a->b + 2) == 0xdb8);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (addr_v4(a) >= ranges[i][0] && addr_v4(a) <= ranges[i][1])
			return true;
	return false;
}

static inline bool is_served(const struct respond_options *o, const struct addr *a)
{
	for (size_t i = 0; i < o->address_count; i++)
		if (prefix_has(&o->addresses[i], a))
			return true;
	return false;
}

/* The answer goes back to where the trigger came from, over the same link. */
static inline void check_way_back(const struct frame *f, const struct packet *p,
	const uint8_t *answer, const struct packet *a)
{
	assert(memcmp(answer, f->data + 6, 6) == 0 && memcmp(answer + 6, f->data, 6) == 0);
	assert(a->ip - answer == p->ip - f->data);
	assert(memcmp(answer + 12, f->data + 12, (size_t)(a->ip - answer) - 12) == 0);
	assert(addr_equal(&a->dst, &p->src) && addr_equal(&a->src, &p->dst));
	assert(a->version == p->version && a->protocol == p->protocol);
	assert(a->sport == p->dport && a->dport == p->sport);
}

/* There are triggers that nobody may answer. */
static inline void check_may_be_answered(
	const struct respond_options *o, const struct frame *f, const struct packet *p)
{
	assert(is_served(o, &p->dst) && !is_served(o, &p->src));
	assert(!is_special(&p->src) && !addr_is_group(&p->dst));
	assert(!(f->data[0] & 1) && !(f->data[6] & 1));
	assert(p->fragment == FRAGMENT_NONE && p->payload_len == p->payload_wire_len);
	assert(f->checksum_open || transport_sum(p) == 0);
	assert(!(p->odds & (ODD_BIT(ip_checksum) | ODD_BIT(tcp_header) | ODD_BIT(ip_header))));
	assert(p->protocol == PROTOCOL_TCP ||
		(o->echo && (p->icmp_type == 8 || p->icmp_type == 128)));
	if (p->protocol != PROTOCOL_TCP)
		return;
	assert(!(p->tcp_flags & TCP_RST));
	assert((p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN ||
		(p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_ACK);
}

/* What holds of every answer, whatever the trigger was. */
static inline void check_answer(const struct respond_options *o, const struct frame *f,
	const struct packet *p, const uint8_t *answer, size_t len)
{
	const struct frame frame = {.data = answer,
		.cap_len = (uint32_t)len,
		.wire_len = (uint32_t)len,
		.link_type = f->link_type};
	struct packet a;

	decode_frame(&frame, false, &a);
	assert(len <= f->cap_len && a.length <= p->length);
	assert(a.is_ip && !(a.odds & ~ODD_BIT(ip_martian)));
	assert(transport_sum(&a) == 0);
	check_may_be_answered(o, f, p);
	check_way_back(f, p, answer, &a);
	if (a.protocol == PROTOCOL_TCP)
		return assert(a.payload_len == 0 &&
			      (a.tcp_flags == (TCP_SYN | TCP_ACK) || a.tcp_flags == TCP_ACK ||
				      a.tcp_flags == (TCP_RST | TCP_ACK)));
	assert(a.icmp_type == (a.version == 4 ? 0 : 129) && a.icmp_id == p->icmp_id &&
		a.icmp_seq == p->icmp_seq);
	assert(a.payload_len == p->payload_len &&
		memcmp(a.payload, p->payload, a.payload_len) == 0);
}
