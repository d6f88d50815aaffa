#include "rules_text.h"

#include "base/base.h"
#include "decode/decode.h"

#include <string.h>

static uint32_t draw(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)((*state >> 32) * below >> 32);
}

/* ---- words ---- */

/* Syllables of a consonant and a vowel: runs of four letters are then about as varied as in names of programs and hosts. */
static void word(uint64_t *s, struct buf *out, unsigned parts)
{
	static const char consonants[] = "bcdfghjklmnpqrstvwxz", vowels[] = "aeiou";

	for (unsigned i = 0; i <= parts; i++) {
		buf_char(out, consonants[draw(s, sizeof(consonants) - 1)]);
		buf_char(out, vowels[draw(s, sizeof(vowels) - 1)]);
	}
	if (draw(s, 3) == 0)
		buf_printf(out, "%u", draw(s, 1000));
}

static void domain(uint64_t *s, struct buf *out)
{
	static const char *const tops[] = {".com", ".net", ".org", ".top", ".xyz", ".ru", ".cn", ".info", ".example"};

	word(s, out, 2 + draw(s, 3));
	buf_text(out, tops[draw(s, ARRAY_SIZE(tops))]);
}

static void path(uint64_t *s, struct buf *out)
{
	static const char *const ends[] = {".php", ".cgi", ".asp", ".jsp", "/", "", ".exe", ".php?id="};

	for (unsigned i = 0; i <= draw(s, 3); i++) {
		buf_char(out, '/');
		word(s, out, 1 + draw(s, 3));
	}
	buf_text(out, ends[draw(s, ARRAY_SIZE(ends))]);
}

static void hex(uint64_t *s, struct buf *out, unsigned bytes)
{
	buf_char(out, '|');
	for (unsigned i = 0; i < bytes; i++)
		buf_printf(out, "%s%02x", i ? " " : "", draw(s, 3) ? draw(s, 256) : draw(s, 4));
	buf_char(out, '|');
}

/* ---- rules ---- */

static void http_rule(uint64_t *s, struct buf *o)
{
	bool legacy = draw(s, 3) == 0;

	buf_printf(o, "alert http %s any -> %s %s (msg:\"web %u\"; flow:established,to_server; ", draw(s, 2) ? "$EXTERNAL_NET" : "any",
		draw(s, 2) ? "$HOME_NET" : "any", draw(s, 8) ? "any" : "$HTTP_PORTS", draw(s, 100000));
	if (!legacy && draw(s, 2))
		buf_text(o, draw(s, 2) ? "http.method; content:\"GET\"; " : "http.method; content:\"POST\"; ");
	buf_text(o, legacy ? "content:\"" : "http.uri; content:\"");
	path(s, o);
	buf_text(o, legacy ? "\"; http_uri; " : "\"; ");
	if (draw(s, 2))
		buf_text(o, "nocase; ");
	if (draw(s, 4) == 0) {
		buf_text(o, "content:\"");
		word(s, o, 2);
		buf_text(o, legacy ? "=\"; http_uri; distance:0; " : "=\"; distance:0; ");
	}
	if (draw(s, 4) == 0) {
		buf_text(o, legacy ? "content:\"" : "http.user_agent; content:\"");
		word(s, o, 3);
		buf_text(o, legacy ? "\"; http_user_agent; " : "\"; startswith; ");
	}
	if (draw(s, 5) == 0) {
		buf_text(o, legacy ? "content:\"" : "http.request_body; content:\"");
		word(s, o, 3);
		buf_text(o, legacy ? "\"; http_client_body; " : "\"; ");
	}
	if (draw(s, 5) == 0) {
		buf_text(o, legacy ? "pcre:\"/" : "http.uri; pcre:\"/");
		word(s, o, 1);
		buf_text(o, legacy ? "[a-z0-9]{4,12}\\.php$/Ui\"; " : "[a-z0-9]{4,12}\\.php$/i\"; ");
	}
}

static void dns_rule(uint64_t *s, struct buf *o)
{
	buf_text(o, "alert dns $HOME_NET any -> any any (msg:\"name\"; dns.query; ");
	if (draw(s, 3) == 0)
		buf_text(o, "dotprefix; ");
	buf_text(o, "content:\"");
	domain(s, o);
	buf_text(o, "\"; nocase; endswith; ");
}

static void tls_rule(uint64_t *s, struct buf *o)
{
	buf_text(o, "alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:\"hello\"; flow:established,to_server; ");
	if (draw(s, 6) == 0) {
		buf_text(o, "ja3.hash; content:\"");
		for (unsigned i = 0; i < 32; i++)
			buf_printf(o, "%x", draw(s, 16));
		buf_text(o, "\"; ");
		return;
	}
	buf_text(o, "tls.sni; content:\"");
	domain(s, o);
	buf_text(o, draw(s, 2) ? "\"; bsize:>4; nocase; " : "\"; endswith; ");
}

static void tcp_rule(uint64_t *s, struct buf *o)
{
	buf_text(o, "alert tcp $EXTERNAL_NET any -> $HOME_NET ");
	if (draw(s, 2))
		buf_text(o, "any");
	else
		buf_printf(o, "%u", draw(s, 2) ? 1 + draw(s, 1024) : 1 + draw(s, 65535));
	buf_printf(o, " (msg:\"bytes\"; flow:%s; content:\"", draw(s, 6) ? "established,to_server" : "to_server");
	bool is_short = draw(s, 30) == 0;
	if (is_short)
		hex(s, o, 1 + draw(s, 3));
	else if (draw(s, 2))
		hex(s, o, 4 + draw(s, 10));
	else
		word(s, o, 2 + draw(s, 3));
	buf_text(o, draw(s, 3) ? "\"; " : "\"; depth:20; ");
	if (is_short || draw(s, 2)) {
		buf_text(o, "content:\"");
		hex(s, o, 2 + draw(s, 4));
		buf_text(o, "\"; distance:0; within:40; ");
	}
	if (draw(s, 6) == 0)
		buf_printf(o, "byte_test:2,>,%u,0,relative; ", draw(s, 60000));
	if (draw(s, 6) == 0)
		buf_text(o, "isdataat:10,relative; pcre:\"/^[^\\r\\n]{8}/R\"; ");
}

static void udp_rule(uint64_t *s, struct buf *o)
{
	buf_printf(o, "alert udp any any -> $HOME_NET %u (msg:\"datagram\"; content:\"", 1 + draw(s, draw(s, 2) ? 10000 : 65535));
	hex(s, o, draw(s, 6) ? 4 + draw(s, 8) : 1 + draw(s, 3));
	buf_text(o, draw(s, 2) ? "\"; depth:12; " : "\"; offset:2; ");
	if (draw(s, 4) == 0)
		buf_printf(o, "dsize:>%u; ", draw(s, 300));
}

static void list_rule(uint64_t *s, struct buf *o)
{
	buf_printf(o, "alert %s [", draw(s, 2) ? "ip" : "tcp");
	for (unsigned i = 0, n = 20 + draw(s, 60); i < n; i++)
		buf_printf(o, "%s%u.%u.%u.%u%s", i ? "," : "", 1 + draw(s, 222), draw(s, 256), draw(s, 256), draw(s, 4) ? draw(s, 256) : 0,
			draw(s, 4) ? "" : "/24");
	buf_text(o, "] any -> $HOME_NET any (msg:\"listed\"; threshold:type limit, track by_src, seconds 3600, count 1; ");
}

static void header_rule(uint64_t *s, struct buf *o)
{
	if (draw(s, 6))
		buf_printf(o, "alert icmp any any -> $HOME_NET any (msg:\"icmp\"; itype:%u; icode:%u; ", draw(s, 20), draw(s, 4));
	else
		buf_printf(o, "alert tcp any any -> $HOME_NET any (msg:\"header\"; flags:S; window:%u; ttl:>%u; ", draw(s, 65535), draw(s, 200));
}

/* Of 1,000 rules of a large set of 2025, these are of each kind. */
static const struct {
	unsigned share;
	void (*make)(uint64_t *s, struct buf *o);
} kinds[] = {{380, http_rule}, {240, dns_rule}, {160, tls_rule}, {130, tcp_rule}, {48, udp_rule}, {37, list_rule}, {5, header_rule}};

void rules_text_make(uint64_t seed, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t n = draw(&seed, 1000);
		size_t kind = 0;
		while (n >= kinds[kind].share)
			n -= kinds[kind++].share;
		kinds[kind].make(&seed, out);
		buf_printf(out, "classtype:misc-activity; sid:%zu; rev:1;)\n", 3000000 + i);
	}
}

/* ---- payloads ---- */

/* Words that no rule knows, but for one in eight. */
static void foreign(uint64_t *s, struct buf *out, unsigned parts)
{
	if (draw(s, 8) == 0)
		return word(s, out, parts);
	for (unsigned i = 0; i < parts * 3; i++)
		buf_char(out, (char)('a' + draw(s, 26)));
}

static void fill_random(uint64_t *s, struct buf *b, size_t len)
{
	while (b->len < len)
		buf_char(b, (char)(draw(s, 3) ? draw(s, 256) : 0));
}

static void http_payload(uint64_t *s, struct buf *b)
{
	buf_text(b, draw(s, 4) ? "GET " : "POST ");
	buf_char(b, '/');
	foreign(s, b, 3);
	buf_text(b, draw(s, 2) ? ".php" : "/");
	buf_printf(b, " HTTP/1.1\r\nHost: 198.51.100.%u\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) ", draw(s, 256));
	foreign(s, b, 3);
	buf_text(b, "\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\nConnection: close\r\n");
	if (draw(s, 2)) {
		buf_text(b, "Cookie: session=");
		foreign(s, b, 6);
		buf_text(b, "\r\n");
	}
	buf_text(b, "Content-Length: 40\r\n\r\n");
	foreign(s, b, 12);
}

/* A ClientHello with a server name. */
static void tls_payload(uint64_t *s, struct buf *b)
{
	static const uint8_t head[] = {0x16, 3, 1, 0, 213, 1, 0, 0, 209, 3, 3};
	static const uint8_t middle[] = {0, 0, 8, 0x13, 1, 0x13, 2, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0, 0, 160};
	AUTO(buf_done) struct buf name = {0};

	foreign(s, &name, 3);
	buf_text(&name, ".com");
	buf_add(b, head, sizeof(head));
	fill_random(s, b, sizeof(head) + 32);
	buf_add(b, middle, sizeof(middle));
	uint8_t sni[] = {0, 0, 0, (uint8_t)(name.len + 5), 0, (uint8_t)(name.len + 3), 0, 0, (uint8_t)name.len};
	buf_add(b, sni, sizeof(sni));
	buf_add(b, name.data, name.len);
	size_t padding = 218 - b->len - 4;
	uint8_t pad[] = {0, 21, 0, (uint8_t)padding};
	buf_add(b, pad, sizeof(pad));
	while (b->len < 218)
		buf_char(b, '\0');
}

static void dns_payload(uint64_t *s, struct buf *b)
{
	static const uint8_t head[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0}, tail[] = {3, 'c', 'o', 'm', 0, 0, 1, 0, 1};
	AUTO(buf_done) struct buf name = {0};

	foreign(s, &name, 3);
	buf_char(b, (char)draw(s, 256));
	buf_char(b, (char)draw(s, 256));
	buf_add(b, head, sizeof(head));
	buf_char(b, (char)name.len);
	buf_add(b, name.data, name.len);
	buf_add(b, tail, sizeof(tail));
}

static void sip_payload(uint64_t *s, struct buf *b)
{
	buf_printf(b, "OPTIONS sip:100@198.51.100.%u SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-%u\r\nFrom: <sip:a@b>\r\n"
		      "To: <sip:c@d>\r\nCall-ID: %u\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nUser-Agent: ",
		draw(s, 256), draw(s, 100000), draw(s, 1000000));
	foreign(s, b, 3);
	buf_text(b, "\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n");
}

static void random_payload(uint64_t *s, struct buf *b)
{
	fill_random(s, b, 20 + draw(s, 500));
}

void rules_payload_make(uint64_t *state, struct made_payload *ret)
{
	static const struct {
		unsigned share;
		uint8_t protocol;
		uint16_t port;
		void (*make)(uint64_t *s, struct buf *b);
	} mix[] = {{35, PROTOCOL_TCP, 80, http_payload}, {15, PROTOCOL_TCP, 443, tls_payload}, {20, PROTOCOL_TCP, 0, random_payload},
		{8, PROTOCOL_UDP, 53, dns_payload}, {7, PROTOCOL_UDP, 5060, sip_payload}, {15, PROTOCOL_UDP, 0, random_payload}};
	AUTO(buf_done) struct buf b = {0};
	uint32_t n = draw(state, 100);
	size_t kind = 0;

	while (n >= mix[kind].share)
		n -= mix[kind++].share;
	mix[kind].make(state, &b);
	ret->protocol = mix[kind].protocol;
	ret->dport = mix[kind].port ? mix[kind].port : (uint16_t)(1 + draw(state, 65535));
	ret->len = b.len < sizeof(ret->bytes) ? b.len : sizeof(ret->bytes);
	memcpy(ret->bytes, b.data, ret->len);
}
