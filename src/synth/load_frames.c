#include "synth/load_parts.h"

enum { ZMAP_IP_ID = 54321, SYN_PORTS_LEN = 16 };

const uint16_t load_udp_ports[LOAD_UDP_PORTS] = {53, 123, 1900, 5060, 161, 137, 1434, 389};

/* Half of all probes go to a few ports, the rest anywhere. */
static uint16_t syn_port(struct random *r)
{
	static const uint16_t ports[SYN_PORTS_LEN] = {22, 23, 80, 443, 445, 1433, 2323, 3306, 3389,
		5555, 5900, 6379, 8080, 8443, 8728, 9200};
	uint64_t draw = random_next(r);

	return draw & 16 ? ports[draw & 15] : (uint16_t)(1 + (draw >> 32) % (LOAD_PORTS - 1));
}

static uint16_t mask_id(const struct build *b)
{
	return (uint16_t)(addr_v4(&b->dst) ^ b->dport ^ b->seq);
}

/* No packet has the mark of a tool that did not send it. */
static void avoid_marks(struct build *b, struct random *r)
{
	uint32_t dst = addr_v4(&b->dst);

	while (b->seq == dst || b->ip_id == mask_id(b) || b->ip_id == ZMAP_IP_ID) {
		b->seq = random_u32(r);
		b->ip_id = random_u16(r);
	}
}

static void make_tool_syn(struct build *b, enum load_kind kind, struct random *r)
{
	uint32_t dst = addr_v4(&b->dst);

	if (kind == LOAD_mirai) {
		b->dport = random_below(r, 10) ? 23 : 2323;
		b->seq = dst;
		while (b->ip_id == mask_id(b) || b->ip_id == ZMAP_IP_ID)
			b->ip_id = random_u16(r);
		return;
	}
	if (kind == LOAD_zmap) {
		b->window = 65535;
		b->ip_id = ZMAP_IP_ID;
		while (b->seq == dst || mask_id(b) == ZMAP_IP_ID)
			b->seq = random_u32(r);
		return;
	}
	b->window = 1024;
	while (b->seq == dst || mask_id(b) == ZMAP_IP_ID)
		b->seq = random_u32(r);
	b->ip_id = mask_id(b);
}

static void make_syn(struct build *b, enum load_kind kind, struct random *r)
{
	static const uint8_t options[] = {2, 4, 5, 180, 1, 1, 4, 2};

	b->protocol = PROTOCOL_TCP;
	b->tcp_flags = TCP_SYN;
	b->dport = syn_port(r);
	b->window = 29200;
	if (kind == LOAD_mirai || kind == LOAD_zmap || kind == LOAD_masscan) {
		make_tool_syn(b, kind, r);
		return;
	}
	b->options = options;
	b->options_len = kind == LOAD_nmap ? 4 : random_below(r, 3) ? 0 : sizeof(options);
	if (kind == LOAD_nmap)
		b->window = 1024;
	avoid_marks(b, r);
}

static void make_answer(struct build *b, enum load_kind kind, struct random *r)
{
	b->protocol = PROTOCOL_TCP;
	b->dport = b->sport;
	b->sport = 80;
	b->ack = random_u32(r);
	b->window = 8192;
	b->tcp_flags = kind == LOAD_rst ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK;
}

static void make_udp(struct load *l, struct build *b)
{
	size_t which = random_below(&l->random, LOAD_UDP_PORTS);

	b->protocol = PROTOCOL_UDP;
	b->dport = load_udp_ports[which];
	b->payload = l->udp[which].bytes;
	b->payload_len = l->udp[which].len;
}

static void make_icmp(struct load *l, struct build *b, enum load_kind kind)
{
	const struct payload_bytes *payload = &l->echo;

	b->protocol = PROTOCOL_ICMP;
	b->icmp_type = 8;
	b->icmp_id = b->sport;
	if (kind == LOAD_unreachable) {
		struct build quoted = {.src = b->dst,
			.dst = b->src,
			.protocol = PROTOCOL_TCP,
			.ttl = 48,
			.sport = b->sport,
			.dport = 80,
			.tcp_flags = TCP_SYN};
		b->icmp_type = 3;
		b->icmp_code = 3;
		b->icmp_id = 0;
		l->quote.len = build_quote(&quoted, l->quote.bytes, 28);
		payload = &l->quote;
	}
	b->payload = payload->bytes;
	b->payload_len = payload->len;
}

/* Mirai is a Linux program; ZMap and masscan write 255. */
static uint8_t start_ttl(const struct load_source *source, enum load_kind kind)
{
	if (kind == LOAD_zmap || kind == LOAD_masscan)
		return 255;
	return kind == LOAD_mirai ? 64 : source->start_ttl;
}

size_t load_frame(struct load *l, uint8_t out[BUILD_FRAME_MAX])
{
	struct random *r = &l->random;
	enum load_kind kind = weights_draw(&l->kinds, r);
	uint32_t which = weights_draw(&l->zipf, r);
	const struct load_source *source = &l->sources[which];
	uint64_t draw = random_next(r), more = random_next(r);
	struct build b = {.link_type = LINK_ETHERNET,
		.src = addr_from_v4(source->v4),
		.dst = addr_from_v4(l->first | ((uint32_t)draw & l->mask)),
		.ttl = (uint8_t)(start_ttl(source, kind) - source->hops),
		.ip_id = (uint16_t)more,
		.seq = (uint32_t)(more >> 32),
		.sport = (uint16_t)(1024 + (draw >> 32) % 64000)};

	l->source_packets[which]++;
	l->kind_packets[kind]++;
	if (kind <= LOAD_nmap)
		make_syn(&b, kind, r);
	else if (kind == LOAD_syn_ack || kind == LOAD_rst)
		make_answer(&b, kind, r);
	else if (kind == LOAD_udp)
		make_udp(l, &b);
	else
		make_icmp(l, &b, kind);
	if (b.protocol == PROTOCOL_TCP)
		l->tcp_ports[b.dport]++;
	else if (b.protocol == PROTOCOL_UDP)
		l->udp_ports[b.dport]++;
	return build_frame(&b, out);
}
