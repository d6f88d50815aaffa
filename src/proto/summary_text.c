/* Summaries of messages that are text. */
#include "proto/sip.h"
#include "proto/ssh.h"
#include "proto/summary_parts.h"

static void say_header(struct say *s, const struct http_request *r, const char *name)
{
	const struct http_header *h = http_header_find(r, name);

	if (!h)
		return;
	buf_printf(s->out, ", %s: ", name);
	say_bytes(s, h->value);
}

void say_http(struct say *s)
{
	struct http_request r;

	if (!http_request_parse(s->b, s->scratch, &r)) {
		say_line(s);
		return;
	}
	say_if(s, " ", r.line);
	say_header(s, &r, "Host");
	say_header(s, &r, "User-Agent");
	say_header(s, &r, "SOAPAction");
}

void say_sip(struct say *s)
{
	struct sip_message m;
	struct bytes agent;

	say_line(s);
	if (sip_parse(s->b, s->scratch, &m) && sip_buffer(&m, SIP_BUFFER_user_agent, 0, &agent))
		say_if(s, ", User-Agent: ", agent);
}

/* What is searched for, or what is announced. */
void say_ssdp(struct say *s)
{
	struct http_request r;

	if (!http_request_parse(s->b, s->scratch, &r)) {
		say_line(s);
		return;
	}
	say_if(s, " ", r.method);
	const struct http_header *what = http_header_find(&r, "ST");
	if (!what)
		what = http_header_find(&r, "NT");
	if (what)
		say_if(s, " ", what->value);
}

void say_ssh(struct say *s)
{
	struct ssh_banner b;

	if (!ssh_banner_parse(s->b, &b))
		return;
	say_if(s, " ", b.proto);
	say_if(s, " ", b.software);
	say_if(s, " ", b.comment);
}

static struct bytes next_line(struct bytes b, size_t *at)
{
	size_t end = bytes_find(b, *at, '\n');
	struct bytes line = bytes_part(b, *at, end);

	*at = end < b.len ? end + 1 : b.len;
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* The words of the first command, without RESP's counts and lengths. */
void say_redis(struct say *s)
{
	enum { WORDS_MAX = 8 };
	unsigned words = 0;

	if (s->b.data[0] != '*') {
		say_line(s);
		return;
	}
	for (size_t at = 0; at < s->b.len && words < WORDS_MAX;) {
		struct bytes line = next_line(s->b, &at);

		if (line.len > 0 && line.data[0] == '*' && words > 0)
			break;
		if (line.len == 0 || line.data[0] == '*' || line.data[0] == '$')
			continue;
		say_if(s, " ", line);
		words++;
	}
}

void say_memcached(struct say *s)
{
	if (say_is_udp(s))
		s->b = bytes_from(s->b, 8);
	if (s->b.data[0] == 0x80)
		buf_printf(s->out, " binary operation %u", s->b.len > 1 ? s->b.data[1] : 0u);
	else
		say_line(s);
}
