/* Headers: protocol, addresses, ports, flow, and the keywords about them. */
#include "rules/eval.h"

#include "base/cur.h"

#include <string.h>

/* ---- addresses and ports ---- */

/* The ranges are sorted and apart. */
static bool ranges_have(const struct address_range *list, uint32_t count, const struct addr *addr)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (memcmp(list[middle].high.b, addr->b, sizeof(addr->b)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && memcmp(list[low].low.b, addr->b, sizeof(addr->b)) <= 0;
}

bool addresses_have(const struct addresses *a, const struct addr *addr)
{
	if (a->any)
		return true;
	return (a->yes_count == 0 || ranges_have(a->yes, a->yes_count, addr)) && !ranges_have(a->no, a->no_count, addr);
}

static bool port_in(const struct port_range *list, uint32_t count, uint16_t port)
{
	for (uint32_t i = 0; i < count; i++)
		if (port >= list[i].low && port <= list[i].high)
			return true;
	return false;
}

bool ports_have(const struct ports *p, uint16_t port)
{
	if (p->any)
		return true;
	return (p->yes_count == 0 || port_in(p->yes, p->yes_count, port)) && !port_in(p->no, p->no_count, port);
}

static bool one_way(const struct rule *r, const struct packet *p)
{
	return ports_have(r->dport, p->dport) && ports_have(r->sport, p->sport) && addresses_have(r->src, &p->src) &&
	       addresses_have(r->dst, &p->dst);
}

static bool other_way(const struct rule *r, const struct packet *p)
{
	return ports_have(r->dport, p->sport) && ports_have(r->sport, p->dport) && addresses_have(r->src, &p->dst) &&
	       addresses_have(r->dst, &p->src);
}

/* The rest of flow was compared by quick_passes(). */
static bool fragment_matches(uint16_t flow, const struct rules_unit *unit)
{
	bool fragment = unit->rebuilt || unit->packet->fragment != FRAGMENT_NONE;

	return !(flow & FLOW_ONLY_FRAGMENT && !fragment) && !(flow & FLOW_NO_FRAGMENT && fragment);
}

bool header_matches(const struct rule *r, const struct rules_unit *unit)
{
	const struct packet *p = unit->packet;

	return fragment_matches(r->flow, unit) && (one_way(r, p) || (r->both_ways && other_way(r, p)));
}

/* ---- raw headers ---- */

/* The transport header ends where the payload begins. */
static bool transport_header(const struct packet *p, size_t len, struct bytes *ret)
{
	if (!p->ip || p->fragment == FRAGMENT_LATER || p->payload < p->ip || (size_t)(p->payload - p->ip) < len + 20)
		return false;
	*ret = (struct bytes){p->payload - len, len};
	return true;
}

static bool ip_header(const struct packet *p, unsigned version, struct bytes *ret)
{
	if (!p->ip || p->version != version || p->ip_captured == 0)
		return false;
	size_t len = version == 4 ? (p->ip[0] & 15) * 4u : 40;
	*ret = (struct bytes){p->ip, len < p->ip_captured ? len : p->ip_captured};
	return true;
}

enum { UDP_HEADER = 8, ICMP_HEADER = 8 };

bool header_buffer(const struct packet *p, enum buffer buffer, struct bytes *ret)
{
	switch (buffer) {
	case BUFFER_ipv4_hdr:
		return ip_header(p, 4, ret);
	case BUFFER_ipv6_hdr:
		return ip_header(p, 6, ret);
	case BUFFER_tcp_hdr:
		return p->protocol == PROTOCOL_TCP && transport_header(p, p->tcp_header_len, ret);
	case BUFFER_udp_hdr:
		return p->protocol == PROTOCOL_UDP && transport_header(p, UDP_HEADER, ret);
	case BUFFER_icmpv4_hdr:
		return p->protocol == PROTOCOL_ICMP && transport_header(p, ICMP_HEADER, ret);
	case BUFFER_icmpv6_hdr:
		return p->protocol == PROTOCOL_ICMPV6 && transport_header(p, ICMP_HEADER, ret);
	default:
		return false;
	}
}

/* ---- numbers: false where the packet has no such field ---- */

/* Identifier (at 4) and sequence (at 6) of the ICMP messages that have them. */
static bool icmp_number(const struct packet *p, size_t at, uint64_t *ret)
{
	bool v4 = p->protocol == PROTOCOL_ICMP;
	uint8_t t = p->icmp_type;
	struct bytes header;

	if (v4 ? !(t == 0 || t == 8 || (t >= 13 && t <= 18)) : t != 128 && t != 129)
		return false;
	if (!header_buffer(p, v4 ? BUFFER_icmpv4_hdr : BUFFER_icmpv6_hdr, &header))
		return false;
	*ret = (uint64_t)header.data[at] << 8 | header.data[at + 1];
	return true;
}

/* RFC 4443 3.2 */
static bool mtu_number(const struct packet *p, uint64_t *ret)
{
	struct bytes header;

	if (p->icmp_type != 2 || !header_buffer(p, BUFFER_icmpv6_hdr, &header))
		return false;
	struct cur c = cur_of(header.data + 4, 4);
	*ret = cur_u32(&c);
	return true;
}

static bool icmp_field(const struct packet *p, enum header_field field, uint64_t *ret)
{
	if (p->protocol != PROTOCOL_ICMP && p->protocol != PROTOCOL_ICMPV6)
		return false;
	switch (field) {
	case FIELD_itype:
		*ret = p->icmp_type;
		return true;
	case FIELD_icode:
		*ret = p->icmp_code;
		return true;
	case FIELD_icmp_id:
		return icmp_number(p, 4, ret);
	case FIELD_icmp_seq:
		return icmp_number(p, 6, ret);
	default:
		return mtu_number(p, ret);
	}
}

static bool tcp_field(const struct packet *p, enum header_field field, uint64_t *ret)
{
	if (p->protocol != PROTOCOL_TCP)
		return false;
	switch (field) {
	case FIELD_seq:
		*ret = p->tcp_seq;
		return true;
	case FIELD_ack:
		*ret = p->tcp_ack;
		return true;
	case FIELD_window:
		*ret = p->tcp_window;
		return true;
	case FIELD_seq_minus_ack:
		*ret = p->tcp_seq - p->tcp_ack;
		return true;
	case FIELD_mss:
		*ret = p->tcp_mss;
		return p->tcp_mss != 0;
	default:
		*ret = (uint64_t)p->tcp_wscale;
		return p->tcp_wscale >= 0;
	}
}

static bool ip_field(const struct packet *p, enum header_field field, uint64_t *ret)
{
	bool v4 = p->version == 4 && p->ip && p->ip_captured >= 20;

	switch (field) {
	case FIELD_ttl:
		*ret = p->ttl;
		return p->is_ip;
	case FIELD_ip_proto:
		*ret = p->protocol;
		return p->is_ip;
	case FIELD_tos:
		*ret = p->tos;
		return v4;
	case FIELD_id:
		*ret = p->ip_id;
		return v4;
	case FIELD_fragoffset:
		*ret = v4 ? (p->ip[6] & 31u) << 8 | p->ip[7] : 0;
		return v4;
	default: /* FIELD_dsize */
		*ret = p->payload_len;
		return p->is_ip;
	}
}

static bool header_number(const struct packet *p, enum header_field field, uint64_t *ret)
{
	switch (field) {
	case FIELD_itype:
	case FIELD_icode:
	case FIELD_icmp_id:
	case FIELD_icmp_seq:
	case FIELD_mtu:
		return icmp_field(p, field, ret);
	case FIELD_seq:
	case FIELD_ack:
	case FIELD_window:
	case FIELD_mss:
	case FIELD_wscale:
	case FIELD_seq_minus_ack:
		return tcp_field(p, field, ret);
	default:
		return ip_field(p, field, ret);
	}
}

/* ---- sets of bits, options, and our own tests ---- */

bool flags_match(const struct header_test *t, uint8_t value)
{
	value &= (uint8_t)~t->ignore;
	switch (t->mode) {
	case BITS_EXACT:
		return value == t->bits;
	case BITS_ALL:
		return (value & t->bits) == t->bits;
	case BITS_ANY:
		return value & t->bits;
	case BITS_NOT:
		return (value & t->bits) != t->bits;
	}
	return false;
}

/* wanted: a type, or 256 for any. */
static bool has_ip_option(const struct packet *p, uint64_t wanted)
{
	struct bytes header;

	if (!ip_header(p, 4, &header) || header.len < 20)
		return false;
	struct cur c = cur_of(header.data + 20, header.len - 20);
	while (cur_left(&c) > 0) {
		uint8_t type = cur_u8(&c);
		if (wanted == 256 || type == wanted)
			return true;
		if (type == 0)
			return false;
		if (type == 1)
			continue;
		uint8_t len = cur_u8(&c);
		if (!cur_ok(&c) || len < 2)
			return false;
		cur_skip(&c, len - 2u);
	}
	return false;
}

/* The sequence number is the target's address: Mirai and its kin. */
static bool seq_is_dst(const struct packet *p)
{
	return p->protocol == PROTOCOL_TCP && addr_is_v4(&p->dst) && p->tcp_seq == addr_v4(&p->dst);
}

/* masscan's IP id: address, port and sequence number of the target, folded (templ-pkt.c). */
static bool id_is_mix(const struct packet *p)
{
	return p->protocol == PROTOCOL_TCP && p->version == 4 &&
	       p->ip_id == (uint16_t)(addr_v4(&p->dst) ^ p->dport ^ p->tcp_seq);
}

/* What is guessed from the look alone is no protocol to Suricata. */
static bool protocol_matches(const struct header_test *t, const struct rules_unit *unit)
{
	enum proto proto = unit->proto == PROTO_text || unit->proto == PROTO_binary ? PROTO_none : unit->proto;

	if (proto == PROTO_none && t->n.not && !unit->proto_done)
		return false;
	return number_in(&t->n, proto);
}

/* ---- application protocols ---- */

/* The type of a question, or in answers of an answer. */
static bool rrtype_matches(const struct header_test *t, const struct app *a, bool to_server)
{
	for (size_t i = 0; i < a->dns.count; i++)
		if (a->dns.records[i].section == (to_server ? DNS_QUESTION : DNS_ANSWER) &&
			number_in(&t->n, a->dns.records[i].type))
			return true;
	return false;
}

static bool dns_matches(const struct header_test *t, const struct app *a, bool to_server)
{
	switch (t->field) {
	case FIELD_dns_opcode:
		return number_in(&t->n, dns_opcode(&a->dns.message));
	case FIELD_dns_rcode:
		return dns_is_response(&a->dns.message) && number_in(&t->n, dns_rcode(&a->dns.message));
	default:
		return rrtype_matches(t, a, to_server);
	}
}

static bool app_matches(const struct header_test *t, const struct look *look)
{
	const struct app *a = look->app;

	if (!a || !a->valid)
		return false;
	switch (a->proto) {
	case PROTO_dns:
		return dns_matches(t, a, look->unit->to_server);
	case PROTO_snmp:
		if (t->field == FIELD_snmp_version)
			return number_in(&t->n, a->snmp.version);
		return a->snmp.pdu_type >= 0 && number_in(&t->n, (uint64_t)a->snmp.pdu_type);
	case PROTO_tls:
		return number_in(&t->n, a->tls.version);
	default:
		return false;
	}
}

static bool test_matches(const struct header_test *t, const struct look *look)
{
	const struct packet *p = look->unit->packet;
	uint64_t value;

	switch (t->field) {
	case FIELD_flags:
		return p->protocol == PROTOCOL_TCP && flags_match(t, p->tcp_flags);
	case FIELD_fragbits:
		return p->version == 4 && p->ip && p->ip_captured >= 20 && flags_match(t, p->ip[6] >> 5);
	case FIELD_ipopts:
		return has_ip_option(p, t->n.low);
	case FIELD_sameip:
		return addr_equal(&p->src, &p->dst);
	case FIELD_seq_is_dst:
		return seq_is_dst(p);
	case FIELD_id_is_mix:
		return id_is_mix(p);
	case FIELD_app_protocol:
		return protocol_matches(t, look->unit);
	case FIELD_dns_opcode:
	case FIELD_dns_rcode:
	case FIELD_dns_rrtype:
	case FIELD_snmp_version:
	case FIELD_snmp_pdu_type:
	case FIELD_tls_version:
		return app_matches(t, look);
	default:
		return header_number(p, t->field, &value) && number_in(&t->n, value);
	}
}

bool tests_match(const struct rule *r, struct look *look)
{
	for (size_t i = 0; i < r->test_count; i++)
		if (!test_matches(&r->tests[i], look))
			return false;
	return true;
}
