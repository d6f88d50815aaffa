#include "proto/dns.h"

#include "base/cur.h"

enum { TYPE_ANY = 255, OPCODE_MAX = 6 /* RFC 8490: stateful operations */ };

bool dns_parse(struct bytes in, struct dns_message *ret)
{
	struct cur c = cur_of(in.data, in.len);

	*ret = (struct dns_message){.all = in, .id = cur_u16(&c), .flags = cur_u16(&c)};
	for (int i = 0; i < DNS_SECTIONS; i++)
		ret->counts[i] = cur_u16(&c);
	return cur_ok(&c);
}

struct bytes dns_of_tcp(struct bytes in)
{
	struct cur c = cur_of(in.data, in.len);
	size_t len = cur_u16(&c);

	return cur_ok(&c) ? bytes_part(in, 2, 2 + len) : (struct bytes){0};
}

/* The name at *at, which moves behind it. scratch NULL: only looks. False: no name. */
static bool read_name(struct bytes all, size_t *at, struct scratch *scratch, struct bytes *ret)
{
	size_t from = scratch ? scratch->used : 0, begin = *at, place = *at, len = 0;
	bool jumped = false;

	while (place < all.len) {
		unsigned n = all.data[place];

		if (n >= 0xc0) { /* RFC 1035 4.1.4 */
			if (place + 1 >= all.len)
				return false;
			if (!jumped)
				*at = place + 2;
			jumped = true;
			place = (n & 0x3fu) << 8 | all.data[place + 1];
			if (place >= begin)
				return false;
			begin = place;
			continue;
		}
		if (n > 63 || place + 1 + n > all.len || len + n + 1 > DNS_NAME_MAX)
			return false;
		if (n == 0) {
			if (!jumped)
				*at = place + 1;
			*ret = scratch ? scratch_since(scratch, from) : (struct bytes){0};
			return true;
		}
		if (scratch && len > 0)
			scratch_byte(scratch, '.');
		if (scratch)
			scratch_add(scratch, bytes_part(all, place + 1, place + 1 + n));
		len += n + 1;
		place += 1 + n;
	}
	return false;
}

static bool read_record(struct bytes all, size_t *at, struct scratch *scratch, struct dns_record *r)
{
	if (!read_name(all, at, scratch, &r->name))
		return false;
	struct cur c = cur_of(all.data + *at, all.len - *at);
	r->type = cur_u16(&c);
	r->class = cur_u16(&c);
	if (r->section != DNS_QUESTION) {
		r->ttl = cur_u32(&c);
		r->data.len = cur_u16(&c);
		r->data.data = cur_take(&c, r->data.len);
	}
	*at = all.len - cur_left(&c);
	return cur_ok(&c);
}

bool dns_next(struct dns_walk *w, struct scratch *scratch, struct dns_record *ret)
{
	const struct dns_message *m = w->message;

	if (w->at == 0)
		w->at = DNS_HEADER_LEN;
	while (w->section < DNS_SECTIONS && w->in_section >= m->counts[w->section]) {
		w->section++;
		w->in_section = 0;
	}
	if (w->section >= DNS_SECTIONS || w->odd || m->all.len < DNS_HEADER_LEN)
		return false;
	*ret = (struct dns_record){.section = (enum dns_section)w->section};
	w->in_section++;
	w->odd = !read_record(m->all, &w->at, scratch, ret);
	return !w->odd;
}

bool dns_is_plausible(struct bytes in)
{
	struct dns_message m;
	struct dns_record r;

	/* one question is all that servers answer (RFC 9619); mDNS (RFC 6762) asks several */
	if (!dns_parse(in, &m) || m.counts[DNS_QUESTION] > 16 || dns_opcode(&m) > OPCODE_MAX ||
		m.flags & 0x40)
		return false;
	struct dns_walk w = {.message = &m};
	while (dns_next(&w, NULL, &r))
		if (r.section == DNS_QUESTION && (r.type == 0 || (r.class & 0x7fff) > TYPE_ANY))
			return false;
	/* a response may be cut; a message that has nothing else must have a question */
	if (w.odd && w.section == DNS_QUESTION)
		return false;
	return m.counts[DNS_QUESTION] > 0 ||
	       (dns_is_response(&m) && m.counts[DNS_ANSWER] > 0 && !w.odd);
}

const char *dns_type_name(uint16_t type)
{
	static const struct {
		uint16_t type;
		const char *name;
	} names[] = {{1, "A"}, {2, "NS"}, {5, "CNAME"}, {6, "SOA"}, {10, "NULL"}, {12, "PTR"},
		{13, "HINFO"}, {15, "MX"}, {16, "TXT"}, {28, "AAAA"}, {32, "NB"}, {33, "SRV"},
		{35, "NAPTR"}, {41, "OPT"}, {43, "DS"}, {46, "RRSIG"}, {48, "DNSKEY"}, {64, "SVCB"},
		{65, "HTTPS"}, {251, "IXFR"}, {252, "AXFR"}, {TYPE_ANY, "ANY"}, {257, "CAA"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}
