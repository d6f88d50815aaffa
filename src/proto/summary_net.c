/* Summaries of name, time, management and file services. */
#include "base/base.h"
#include "proto/ber.h"
#include "proto/dns.h"
#include "proto/response.h"
#include "proto/snmp.h"
#include "proto/summary_parts.h"
#include "proto/tls.h"

static void say_question(struct say *s, const struct dns_record *r)
{
	enum { NETBIOS = 137, TYPE_NBSTAT = 33 }; /* RFC 1002 4.2.1.2: not DNS's SRV */
	bool is_status = s->payload->dport == NETBIOS && r->type == TYPE_NBSTAT;
	const char *type = is_status ? "NBSTAT" : dns_type_name(r->type);

	if (type)
		buf_printf(s->out, " %s ", type);
	else
		buf_printf(s->out, " TYPE%u ", r->type);
	if (r->class == 3)
		buf_text(s->out, "CH ");
	say_bytes(s, r->name.len > 0 ? r->name : bytes_of("."));
}

void say_dns(struct say *s)
{
	static const char *const opcodes[] = {
		"", " inverse query", " status", "", " notify", " update", " stateful"};
	enum { QUESTIONS_MAX = 3 };
	struct dns_message m;
	struct dns_walk w = {.message = &m};
	struct dns_record r;

	if (!dns_parse(say_is_udp(s) ? s->b : dns_of_tcp(s->b), &m))
		return;
	if (dns_opcode(&m) < ARRAY_SIZE(opcodes))
		buf_text(s->out, opcodes[dns_opcode(&m)]);
	for (int i = 0;
		i < QUESTIONS_MAX && dns_next(&w, s->scratch, &r) && r.section == DNS_QUESTION; i++)
		say_question(s, &r);
	if (dns_is_response(&m))
		buf_printf(s->out, " response, rcode %u, %u answers", dns_rcode(&m),
			m.counts[DNS_ANSWER]);
}

/* Records that are no hello: what they are. */
static void say_record(struct say *s)
{
	static const char *const types[] = {
		"change cipher spec", "alert", "handshake", "application data", "heartbeat"};

	if (s->b.data[0] >= 20 && s->b.data[0] <= 24)
		buf_printf(s->out, " %s", types[s->b.data[0] - 20]);
	else
		buf_text(s->out, " SSL 2.0 hello");
}

void say_tls(struct say *s)
{
	struct tls_hello h;
	char ja3[TLS_JA3_SIZE], ja4[TLS_JA4_SIZE];

	if (!tls_hello_parse(s->b, s->scratch, &h)) {
		say_record(s);
		return;
	}
	const char *version = tls_version_name(tls_version_offered(&h));
	if (version)
		buf_printf(s->out, " %s",
			bytes_start(bytes_of(version), "TLS ") ? version + 4 : version);
	say_if(s, " SNI ", h.sni);
	say_if(s, ", ALPN ", tls_alpn_first(&h));
	if (tls_ja3_hash(&h, s->scratch, ja3))
		buf_printf(s->out, ", JA3 %s", ja3);
	if (tls_ja4(&h, s->scratch, ja4))
		buf_printf(s->out, ", JA4 %s", ja4);
}

void say_snmp(struct say *s)
{
	struct snmp_message m;

	if (!snmp_parse(s->b, &m))
		return;
	buf_text(s->out, m.version == 2 ? " v2c" : m.version == 3 ? " v3" : " v1");
	if (m.pdu_type >= 0)
		say_name(s, snmp_pdu_name(m.pdu_type), (unsigned)m.pdu_type);
	say_if(s, ", community ", m.community);
	say_if(s, ", user ", m.usm);
}

/* RFC 5905 7.3, RFC 9327 2; private mode's request 42 is monlist (CVE-2013-5211) */
void say_ntp(struct say *s)
{
	static const char *const modes[] = {"reserved", "active", "passive", "client", "server",
		"broadcast", "control", "private"};
	unsigned mode = s->b.data[0] & 7;

	buf_printf(s->out, " v%u %s", s->b.data[0] >> 3 & 7u, modes[mode]);
	if (mode == 7)
		say_name(s, s->b.data[3] == 42 ? "monlist" : NULL, s->b.data[3]);
	else if (mode == 6)
		say_name(s, (s->b.data[1] & 31) == 2 ? "readvar" : NULL, s->b.data[1] & 31u);
}

/* RFC 4511 4.1.1 */
void say_ldap(struct say *s)
{
	struct cur all = ber_cur(s->b);
	uint8_t tag;
	struct cur message = ber_cur(ber_next(&all, &tag));

	ber_number(&message);
	uint8_t operation = cur_u8(&message);
	say_name(s,
		operation == 0x60   ? "bind"
		: operation == 0x63 ? "search"
		: operation == 0x77 ? "extended"
				    : NULL,
		operation & 31u);
}

/* RFC 7252 5.10: the path is in options 11, whose numbers are differences */
void say_coap(struct say *s)
{
	static const char *const methods[] = {
		"ping", "GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "iPATCH"};
	enum { OPTION_PATH = 11 };
	struct cur c = cur_of(s->b.data, s->b.len);
	unsigned token = cur_u8(&c) & 15, code = cur_u8(&c), option = 0;

	say_name(s, code < ARRAY_SIZE(methods) ? methods[code] : "response", code);
	cur_skip(&c, 2 + token);
	bool is_first = true;
	while (cur_ok(&c) && cur_left(&c) > 0) {
		uint8_t head = cur_u8(&c);
		unsigned delta = head >> 4, len = head & 15;

		if (delta > 13 || len > 13) /* the payload, or numbers that no path needs */
			return;
		delta = delta == 13 ? 13u + cur_u8(&c) : delta;
		len = len == 13 ? 13u + cur_u8(&c) : len;
		option += delta;
		struct bytes value = {.data = cur_take(&c, len), .len = len};
		if (cur_ok(&c) && option == OPTION_PATH)
			say_if(s, is_first ? " /" : "/", value);
		is_first = is_first && option != OPTION_PATH;
	}
}

static const char *rpc_program(uint32_t program)
{
	switch (program) {
	case 100000:
		return "portmap";
	case 100003:
		return "nfs";
	case 100005:
		return "mountd";
	case 0x55555555:
		return "vxworks-wdb";
	default:
		return NULL;
	}
}

/* RFC 5531 9; RFC 1833 3: procedure 4 of the port mapper lists all programs */
void say_rpc(struct say *s)
{
	struct cur c = cur_of(s->b.data, s->b.len);

	cur_skip(&c, say_is_udp(s) ? 12 : 16);
	uint32_t program = cur_u32(&c), version = cur_u32(&c), procedure = cur_u32(&c);
	const char *name = rpc_program(program);
	if (name)
		buf_printf(s->out, " %s", name);
	else
		buf_printf(s->out, " program %u", program);
	buf_printf(s->out, " v%u", version);
	say_name(s, program == 100000 && procedure == 4 ? "dump" : NULL, procedure);
}

void say_tftp(struct say *s)
{
	size_t name = bytes_find(s->b, 2, 0);
	struct bytes mode = bytes_from(s->b, name + 1);

	buf_text(s->out, s->b.data[1] == 1 ? " read" : " write");
	say_if(s, " ", bytes_part(s->b, 2, name));
	say_if(s, ", ", bytes_part(mode, 0, bytes_find(mode, 0, 0)));
}

/* MS-SMB 2.2.3.1: commands; MS-CIFS 2.2.4.52.1: dialects, each a 2, a name and a NUL */
static void say_smb1(struct say *s)
{
	static const char marks[] = ": ";
	uint8_t command = s->b.len > 8 ? s->b.data[8] : 0;
	const char *between = marks;

	buf_text(s->out, "1");
	say_name(s,
		command == 0x72	  ? "negotiate"
		: command == 0x73 ? "session setup"
		: command == 0x32 ? "transaction2"
				  : NULL,
		command);
	if (command != 0x72)
		return;
	for (size_t at = 4 + 32 + 3; at < s->b.len && s->b.data[at] == 2;) {
		size_t end = bytes_find(s->b, at, 0);
		say_if(s, between, bytes_part(s->b, at + 1, end));
		between = ", ";
		at = end + 1;
	}
}

/* MS-SMB2 2.2.1, 2.2.3: dialects are numbers, little endian, as many as the request counts */
static void say_smb2(struct say *s)
{
	enum { BODY = 4 + 64, DIALECTS = BODY + 36, DIALECTS_MAX = 8 };
	const uint8_t *d = s->b.data;
	unsigned command = s->b.len > 17 ? d[16] | d[17] << 8 : 0,
		 count = s->b.len > BODY + 3 ? d[BODY + 2] : 0;

	buf_text(s->out, "2");
	say_name(s,
		command == 0   ? "negotiate"
		: command == 1 ? "session setup"
		: command == 3 ? "tree connect"
			       : NULL,
		command);
	for (size_t i = 0;
		command == 0 && i < count && i < DIALECTS_MAX && DIALECTS + 2 * i + 1 < s->b.len;
		i++) {
		uint8_t low = d[DIALECTS + 2 * i], high = d[DIALECTS + 2 * i + 1];
		buf_printf(s->out, "%s%x.%x", i ? ", " : ": ", high, low >> 4);
		if (low & 15)
			buf_printf(s->out, ".%x", low & 15);
	}
}

void say_smb(struct say *s)
{
	if (s->b.data[4] == 0xff)
		say_smb1(s);
	else if (s->b.data[4] == 0xfe)
		say_smb2(s);
	else
		buf_text(s->out, "3 encrypted");
}

/* MS-RDPBCGR 2.2.1.1 */
void say_rdp(struct say *s)
{
	struct bytes cookie = bytes_from(s->b, 11);
	size_t end = bytes_find(cookie, 0, '\r');

	if (bytes_start(cookie, "Cookie: "))
		say_if(s, " cookie ", bytes_part(cookie, 8, end));
	else
		buf_text(s->out, " connect");
}

/* BEP 5: "1:q" and the query's name behind its length */
static void say_dht_query(struct say *s)
{
	enum { NAME_LEN_MAX = 20 };
	static const char key[] = "1:q";
	const uint8_t *at = memmem(s->b.data, s->b.len, key, strlen(key));
	size_t i = at ? (size_t)(at - s->b.data) + strlen(key) : s->b.len, len = 0;

	for (; i < s->b.len && s->b.data[i] >= '0' && s->b.data[i] <= '9' && len <= NAME_LEN_MAX;
		i++)
		len = len * 10 + (size_t)(s->b.data[i] - '0');
	if (i < s->b.len && s->b.data[i] == ':' && len <= NAME_LEN_MAX)
		say_if(s, " ", bytes_part(s->b, i + 1, i + 1 + len));
}

void say_bittorrent(struct say *s)
{
	if (!say_is_udp(s)) {
		buf_text(s->out, " handshake");
	} else if (s->b.data[0] == 'd') {
		buf_text(s->out,
			proto_is_udp_response(s->payload->sport, s->b) ? " DHT response" : " DHT");
		say_dht_query(s);
	} else {
		buf_text(s->out, " uTP");
	}
}

/* 2002's W32.Slammer is a request of type 4 that is longer than any name (CVE-2002-0649). */
void say_mssql(struct say *s)
{
	enum { NAME_MAX_LEN = 32 };

	if (s->b.data[0] == 4 && s->b.len > 1 + NAME_MAX_LEN + 64)
		buf_text(s->out, " overlong name (Slammer)");
	else
		say_name(s,
			s->b.data[0] == 4    ? "instance"
			: s->b.data[0] == 15 ? "DAC"
					     : "list",
			s->b.data[0]);
}

void say_tds(struct say *s)
{
	uint8_t type = s->b.data[0];

	say_name(s, type == 0x12 ? "prelogin" : type == 0x10 ? "login" : "batch", type);
}
