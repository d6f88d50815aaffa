#include "proto/sip.h"

#include "proto/http_parts.h"

static bool parse_response(struct bytes in, struct scratch *scratch, struct sip_message *m)
{
	size_t space;

	http_message_parse(in, scratch, &m->text);
	m->is_response = true;
	space = bytes_find(m->text.line, 0, ' ');
	m->text.protocol = bytes_part(m->text.line, 0, space);
	struct bytes rest = http_trim(bytes_from(m->text.line, space));
	space = bytes_find(rest, 0, ' ');
	m->code = bytes_part(rest, 0, space);
	m->reason = http_trim(bytes_from(rest, space));
	return true;
}

bool sip_parse(struct bytes in, struct scratch *scratch, struct sip_message *ret)
{
	ret->is_response = false;
	ret->code = ret->reason = (struct bytes){0};
	if (bytes_start(in, "SIP/"))
		return parse_response(in, scratch, ret);
	return http_request_parse(in, scratch, &ret->text) &&
	       bytes_start(ret->text.protocol, "SIP/");
}

/* The index-th header with this name or its short form, repeats counted. */
static bool header_buffer(const struct http_request *r, const char *name, const char *compact,
	size_t index, struct bytes *ret)
{
	for (size_t i = 0; i < r->header_count; i++) {
		const struct http_header *h = &r->headers[i];

		if (!bytes_are_nocase(h->name, name) &&
			!(compact && bytes_are_nocase(h->name, compact)))
			continue;
		if (index-- > 0)
			continue;
		*ret = h->value;
		return true;
	}
	return false;
}

static struct bytes line_buffer(const struct sip_message *m, enum sip_buffer buffer)
{
	switch (buffer) {
	case SIP_BUFFER_method:
		return m->text.method;
	case SIP_BUFFER_uri:
		return m->text.uri;
	case SIP_BUFFER_protocol:
		return m->text.protocol;
	case SIP_BUFFER_request_line:
		return m->is_response ? (struct bytes){0} : m->text.line;
	case SIP_BUFFER_response_line:
		return m->is_response ? m->text.line : (struct bytes){0};
	case SIP_BUFFER_stat_code:
		return m->code;
	case SIP_BUFFER_stat_msg:
		return m->reason;
	default:
		return (struct bytes){0};
	}
}

bool sip_buffer(
	const struct sip_message *m, enum sip_buffer buffer, size_t index, struct bytes *ret)
{
	static const struct {
		const char *name, *compact;
	} headers[] = {
#define X(name, keyword, header, compact) [SIP_BUFFER_##name] = {header, compact},
		SIP_BUFFERS(X)
#undef X
	};

	if (headers[buffer].name)
		return header_buffer(
			&m->text, headers[buffer].name, headers[buffer].compact, index, ret);
	*ret = index == 0 ? line_buffer(m, buffer) : (struct bytes){0};
	return ret->len > 0;
}
