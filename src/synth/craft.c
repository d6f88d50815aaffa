#include "synth/craft.h"

#include "decode/service.h"

#include <assert.h>
#include <string.h>

enum {
	ZMAP_IP_ID = 54321,
	QUOTE_MAX = 28, /* IPv4 header and eight bytes: RFC 792 */
	QUOTE6_MAX = 48,
	LATER_OFFSET = 1480,
};

uint8_t craft_ttl(const struct plan *plan, const struct item *item)
{
	const struct source *source = &plan->sources.list[item->source];
	uint8_t start = source->start_ttl;

	if (item->style == STYLE_mirai)
		start = 64;
	else if (item->style == STYLE_zmap || item->style == STYLE_masscan)
		start = 255;
	return (uint8_t)(start - source->hops);
}

static uint16_t ephemeral(struct random *r)
{
	return (uint16_t)(32768 + random_below(r, 28232));
}

/* --- TCP --- */

static const uint8_t options_linux[] = {
	2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 16, 1, 0, 0, 0, 0, 1, 3, 3, 7};
static const uint8_t options_windows[] = {2, 4, 5, 180, 1, 1, 4, 2};
static const uint8_t options_mss[] = {2, 4, 5, 180};
/* A window scale of nine bytes where four are left. */
static const uint8_t options_broken[] = {2, 4, 5, 180, 3, 9, 7, 1};

static void set_options(struct build *b, const uint8_t *options, size_t len)
{
	b->options = options;
	b->options_len = len;
}

/* As the family of systems with that start TTL sends it. */
static void style_system(struct build *b, uint8_t start_ttl)
{
	b->dont_fragment = start_ttl != 255;
	if (start_ttl == 64) {
		b->window = 5840;
		set_options(b, options_linux, sizeof(options_linux));
	} else if (start_ttl == 128) {
		b->window = 65535;
		set_options(b, options_windows, sizeof(options_windows));
	} else {
		b->window = 4128;
		set_options(b, options_mss, sizeof(options_mss));
	}
}

static uint16_t masscan_id(const struct build *b)
{
	return (uint16_t)(addr_v4(&b->dst) ^ b->dport ^ b->seq);
}

/* The formulas of observe/observe.h hold for the tools' own packets and for no other. */
static void set_marks(struct build *b, enum style style, struct random *r)
{
	bool v4 = addr_is_v4(&b->dst);

	do {
		b->seq = style == STYLE_mirai && v4 ? addr_v4(&b->dst) : random_u32(r);
		b->ip_id = random_u16(r);
		if (style == STYLE_zmap)
			b->ip_id = ZMAP_IP_ID;
		if (style == STYLE_sport6000)
			b->ip_id = 256;
		if (style == STYLE_masscan && v4)
			b->ip_id = masscan_id(b);
	} while (v4 && ((b->seq == addr_v4(&b->dst) && style != STYLE_mirai) ||
			       (b->ip_id == masscan_id(b) && style != STYLE_masscan) ||
			       (b->ip_id == ZMAP_IP_ID && style != STYLE_zmap)));
}

static void craft_syn(struct build *b, const struct item *item, uint8_t start_ttl, struct random *r)
{
	b->tcp_flags = TCP_SYN;
	b->sport = (uint16_t)(1025 + random_below(r, 64000));
	style_system(b, start_ttl);
	if (item->style != STYLE_none)
		set_options(b, NULL, 0);
	if (item->style == STYLE_mirai) {
		b->window = random_u16(r);
	} else if (item->style == STYLE_zmap) {
		b->window = 65535;
		b->sport = ephemeral(r);
		b->dont_fragment = false;
	} else if (item->style == STYLE_masscan) {
		b->window = 1024;
		b->sport = (uint16_t)(40000 + random_below(r, 20016));
		b->dont_fragment = false;
	} else if (item->style == STYLE_sport6000) {
		b->window = 16384;
		b->sport = 6000;
	}
	if (item->odd == ODD_KIND_frame_snapped)
		set_options(b, NULL, 0);
	if (item->odd == ODD_KIND_tcp_option)
		set_options(b, options_broken, sizeof(options_broken));
	set_marks(b, item->style, r);
}

/* What a web server that somebody floods with our address as source answers. */
static void craft_answer(struct build *b, enum packet_kind kind, struct random *r)
{
	b->sport = random_below(r, 4) ? 80 : 443;
	b->ack = random_u32(r);
	if (kind == PACKET_rst) {
		b->tcp_flags = TCP_RST | TCP_ACK;
	} else {
		b->tcp_flags = TCP_SYN | TCP_ACK;
		b->window = 5840;
		set_options(b, options_mss, sizeof(options_mss));
	}
	set_marks(b, STYLE_none, r);
}

/* --- the others --- */

static void set_payload(struct build *b, struct crafted *ret, const struct payload *payload)
{
	payload_write(payload, ret->payload);
	ret->payload_len = payload->len;
	b->payload = ret->payload;
	b->payload_len = payload->len;
}

static void craft_udp(struct build *b, const struct item *item, const struct payload *payload,
	struct random *r, struct crafted *ret)
{
	bool response = item->packet == PACKET_response;

	b->sport = response ? 53 : ephemeral(r);
	if (!payload)
		payload = response ? payload_named("dns-response") : payload_of_port(b->dport);
	set_payload(b, ret, payload);
}

static void craft_echo(
	struct build *b, const struct payload *payload, struct random *r, struct crafted *ret)
{
	b->icmp_id = random_u16(r);
	b->icmp_seq = random_u16(r);
	set_payload(b, ret, payload ? payload : payload_named("windows-ping"));
}

/* An ICMP error quotes the packet that somebody sent in the sensor's name. Returns its length in
 * ret->payload, which the caller takes for the frame only: answers do not call it a payload. */
static void craft_error(struct build *b, struct random *r, struct crafted *ret)
{
	bool v4 = addr_is_v4(&b->src);
	struct build quoted = {.src = b->dst,
		.dst = b->src,
		.protocol = PROTOCOL_TCP,
		.ttl = 48,
		.tcp_flags = TCP_SYN};

	quoted.sport = ephemeral(r);
	quoted.dport = 80;
	quoted.seq = random_u32(r);
	quoted.window = 8192;
	b->icmp_code = b->icmp_type == 3 && v4 ? 3 : b->icmp_type == 1 ? 4 : 0;
	b->payload = ret->payload;
	b->payload_len = build_quote(&quoted, ret->payload, v4 ? QUOTE_MAX : QUOTE6_MAX);
}

static void craft_rest(struct build *b, enum packet_kind kind, struct crafted *ret)
{
	const struct payload *payload =
		payload_named(kind == PACKET_fragment ? "probe-aa" : "zeros");

	payload_write(payload, ret->payload);
	b->payload = ret->payload;
	b->payload_len = payload->len;
	b->fragment_offset = kind == PACKET_fragment ? LATER_OFFSET : 0;
}

static void craft_transport(struct build *b, const struct scenario *s, const struct source *source,
	const struct item *item, struct random *r, struct crafted *ret)
{
	const struct payload *payload =
		item->phenomenon ? s->phenomena[item->phenomenon - 1].payload : NULL;

	switch ((enum packet_kind)item->packet) {
	case PACKET_syn:
		craft_syn(b, item, source->start_ttl, r);
		if (payload)
			set_payload(b, ret, payload);
		return;
	case PACKET_syn_ack:
	case PACKET_rst:
		craft_answer(b, item->packet, r);
		return;
	case PACKET_request:
	case PACKET_response:
		craft_udp(b, item, payload, r, ret);
		return;
	case PACKET_echo:
	case PACKET_echo_reply:
		craft_echo(b, payload, r, ret);
		return;
	case PACKET_unreachable:
	case PACKET_exceeded:
		craft_error(b, r, ret);
		return;
	default:
		craft_rest(b, item->packet, ret);
	}
}

/* --- frames --- */

static struct addr destination(const struct target *target, struct random *r)
{
	struct addr random_bits, a = target->addr;

	if (target->bits == 128)
		return a;
	uint64_t halves[2] = {random_next(r), random_next(r)};
	memcpy(random_bits.b, halves, sizeof(random_bits.b));
	struct addr high = addr_mask(&random_bits, target->bits);
	for (size_t i = 0; i < sizeof(a.b); i++)
		a.b[i] = (uint8_t)(a.b[i] | (random_bits.b[i] ^ high.b[i]));
	return a;
}

/* The next address up that no sensor has. */
static struct addr beside_sensors(const struct plant *plant, struct addr a)
{
	while (plant_find(plant, &a) >= 0)
		a = addr_from_v4(addr_v4(&a) + 1);
	return a;
}

/* The sensor's machine answers: its port is closed. */
static void turn_round(struct build *b)
{
	struct build reply = {.link_type = b->link_type,
		.src = b->dst,
		.dst = b->src,
		.protocol = PROTOCOL_TCP,
		.ttl = 64,
		.sport = b->dport,
		.dport = b->sport,
		.ack = b->seq + 1,
		.tcp_flags = TCP_RST | TCP_ACK};

	*b = reply;
}

static void damage_checksum(struct crafted *ret, uint16_t link_type)
{
	ret->bytes[build_link_header_len(link_type) + 10] ^= 0x01;
}

static void craft_frame(const struct build *b, const struct item *item, struct crafted *ret)
{
	ret->cap_len = ret->wire_len = build_frame(b, ret->bytes);
	assert(ret->wire_len > 0); /* payloads are far smaller than frames */
	if (item->odd == ODD_KIND_ip_checksum)
		damage_checksum(ret, b->link_type);
	if (item->odd == ODD_KIND_frame_snapped)
		ret->cap_len -= 6; /* of 60: the padding */
}

void craft(const struct scenario *s, const struct plan *plan, const struct item *item,
	struct random *r, struct crafted *ret)
{
	const struct source *source = &plan->sources.list[item->source];
	const struct target *target = &plan->targets[item->target];
	struct build b = {.link_type = s->captures[target->sensor].link_type,
		.src = source->addr,
		.dst = destination(target, r),
		.protocol = service_protocol(item->service),
		.ttl = craft_ttl(plan, item),
		.dport = service_number(item->service),
		.icmp_type = (uint8_t)service_number(item->service)};

	ret->cap_len = ret->wire_len = ret->payload_len = 0;
	if (item->extra == EXTRA_empty)
		return;
	if (item->extra == EXTRA_arp) {
		ret->cap_len = ret->wire_len =
			build_arp(addr_v4(&b.dst) ^ 1, addr_v4(&b.dst), ret->bytes);
		return;
	}
	b.ip_id = (uint16_t)random_below(r, ZMAP_IP_ID);
	craft_transport(&b, s, source, item, r, ret);
	if (item->extra == EXTRA_no_sensor)
		b.dst = beside_sensors(&s->plant, b.dst);
	if (item->extra == EXTRA_left_sensor)
		turn_round(&b);
	craft_frame(&b, item, ret);
}
