/* TCP options (RFC 9293 3.1). */
#include "decode/layers.h"

enum {
	HEADER_MIN = 20,
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	WSCALE_MAX = 14, /* RFC 7323 2.3: more is taken as 14 */
};

/* One option after its kind byte. */
static void option_read(struct packet *p, struct cur *c, uint8_t kind)
{
	uint8_t len = cur_u8(c);
	struct cur value = cur_sub(c, len < 2 ? SIZE_MAX : len - 2u);

	if (!cur_ok(&value))
		return;
	if (kind == OPTION_MSS) {
		p->tcp_mss = cur_u16(&value);
	} else if (kind == OPTION_WSCALE) {
		uint8_t shift = cur_u8(&value);
		p->tcp_wscale = (int8_t)(shift > WSCALE_MAX ? WSCALE_MAX : shift);
		if (shift > WSCALE_MAX)
			odd(p, ODD_BIT(tcp_option));
	} else {
		return;
	}
	if (!cur_ok(&value) || cur_left(&value) > 0)
		odd(p, ODD_BIT(tcp_option));
}

static void options_walk(struct packet *p, bool whole)
{
	struct cur c = cur_of(p->tcp_options, p->tcp_options_len);

	while (cur_left(&c) > 0) {
		uint8_t kind = cur_u8(&c);
		if (kind == OPTION_END)
			return;
		if (kind != OPTION_NOP)
			option_read(p, &c, kind);
	}
	if (!cur_ok(&c) && whole)
		odd(p, ODD_BIT(tcp_option));
}

void tcp_options_read(struct packet *p)
{
	if (p->tcp_header_len < HEADER_MIN) {
		odd(p, ODD_BIT(tcp_header));
		return;
	}
	size_t len = p->tcp_header_len - (size_t)HEADER_MIN;
	bool whole = p->payload_len >= len;
	p->tcp_options = p->payload;
	p->tcp_options_len = (uint8_t)(whole ? len : p->payload_len);
	if (!whole)
		odd(p, ODD_BIT(tcp_header));
	options_walk(p, whole);
	payload_skip(p, len);
}
