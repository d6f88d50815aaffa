/* How a SYN looks: the options of its TCP header in their order, and that as a text. */
#pragma once

#include "decode/decode.h"
#include "observe/labels.h"

/* So many kinds tell layouts apart; a header has at most 40, nearly all have fewer than 10. */
enum { SYN_KINDS = 16, SYN_OPTIONS_MAX = 40, SYN_TEXT_SIZE = SYN_OPTIONS_MAX * 4 + 32 };

struct syn {
	uint64_t kinds[SYN_KINDS / 8]; /* the first kind in the lowest byte */
	uint8_t count;		       /* of all options, NOP and each byte from EOL on among them */
	bool broken;		       /* an option that does not fit into the header, or was cut off */
	bool has_timestamp;
	uint32_t ts_val, ts_ecr;
};

/* What kinds[0] is for a layout of up to eight kinds. Those after EOL are 0 like EOL itself. */
#define SYN_LAYOUT(a, b, c, d, e, f, g, h)                                                         \
	((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 |          \
		(uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | (uint64_t)(h) << 56)

static inline bool is_syn(const struct packet *p)
{
	return p->protocol == PROTOCOL_TCP && (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static inline bool syn_has_layout(const struct syn *s, uint64_t layout)
{
	bool is_other = (s->kinds[1] != 0) | (s->count == 0) | s->broken;

	return ((s->kinds[0] ^ layout) | is_other) == 0;
}

/* Total, like the packet. */
void syn_read(const struct packet *p, struct syn *ret);
/* The number of its text among the labels: option kinds, MSS and window scale, "2-4-8-1-3_1460_7"; "00" for what is not
 * there, "?" after the last kind of broken options. With the window in front of it, it is what fingerprints of SYNs are
 * commonly written like. "other" when there is no room for more texts, which is counted. */
uint16_t syn_label(struct labels *l, const struct packet *p, const struct syn *s);
