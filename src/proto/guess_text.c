/* Protocols whose messages are lines of text. */
#include "base/base.h"
#include "proto/guess_parts.h"
#include "proto/http.h"

enum {
	TEXT_LOOKED_AT = 128, /* bytes of a payload that say whether it is text */
	LINE_LOOKED_AT = 512, /* bytes that hold its first line */
	VERSION_MAX = 16,
};

static inline bool is_printable(uint8_t c)
{
	return (uint8_t)(c - ' ') <= '~' - ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool guess_is_text(struct bytes b)
{
	size_t len = b.len < TEXT_LOOKED_AT ? b.len : TEXT_LOOKED_AT;

	for (size_t i = 0; i < len; i++)
		if (!is_printable(b.data[i]))
			return false;
	return len > 0;
}

static struct bytes first_line(struct bytes b)
{
	struct bytes head = bytes_part(b, 0, LINE_LOOKED_AT);
	size_t end = bytes_find(head, 0, '\n');

	while (end > 0 && (head.data[end - 1] == '\r' || head.data[end - 1] == ' '))
		end--;
	return bytes_part(head, 0, end);
}

bool guess_line_ends(struct bytes b, const char *version)
{
	struct bytes line = first_line(b);
	size_t word = line.len;

	while (word > 0 && line.len - word <= VERSION_MAX && line.data[word - 1] != ' ')
		word--;
	return word > 1 && line.data[word - 1] == ' ' &&
	       bytes_start(bytes_from(line, word), version);
}

static bool is_upper(struct bytes b)
{
	return b.len > 0 && b.data[0] >= 'A' && b.data[0] <= 'Z';
}

bool guess_http(struct bytes b)
{
	while (b.len > 0 && (b.data[0] == '\r' || b.data[0] == '\n'))
		b = bytes_from(b, 1);
	if (b.len == 0 || b.data[0] < 'A' || b.data[0] > 'z')
		return false;
	return http_is_request(b) || bytes_start(b, "HTTP/1.") || guess_line_ends(b, "HTTP/");
}

bool guess_sip(struct bytes b)
{
	return is_upper(b) && (bytes_start(b, "SIP/2.0 ") || guess_line_ends(b, "SIP/"));
}

bool guess_rtsp(struct bytes b)
{
	return is_upper(b) && (bytes_start(b, "RTSP/") || guess_line_ends(b, "RTSP/"));
}

/* UPnP Device Architecture 1.1, 1: HTTP's syntax over UDP */
bool guess_ssdp(struct bytes b)
{
	return bytes_start(b, "M-SEARCH ") || bytes_start(b, "NOTIFY * HTTP/") ||
	       bytes_start(b, "HTTP/1.1 200");
}

/* RFC 854: IAC and one of SE (240) to DONT (254) */
bool guess_telnet(struct bytes b)
{
	return b.len >= 2 && b.data[0] == 255 && b.data[1] >= 240 && b.data[1] <= 254;
}

/* RESP: an array of bulk strings, its count first */
bool guess_redis(struct bytes b)
{
	size_t i = 1;

	while (i < b.len && i < 6 && b.data[i] >= '0' && b.data[i] <= '9')
		i++;
	return i > 1 && b.data[0] == '*' && bytes_start(bytes_from(b, i), "\r\n$");
}

bool guess_memcached_text(struct bytes b)
{
	static const char *const words[] = {"stats", "get ", "gets ", "set ", "add ", "version",
		"flush_all", "quit", "touch ", "delete ", "incr ", "replace ", "append "};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (bytes_start(b, words[i]))
			return true;
	return b.len >= 24 && b.data[0] == 0x80; /* the binary protocol's request */
}

/* Behind the frame header of eight bytes, whose last two are zero. */
bool guess_memcached_udp(struct bytes b)
{
	return b.len > 8 && b.data[6] == 0 && b.data[7] == 0 &&
	       guess_memcached_text(bytes_from(b, 8));
}

/* RFC 5424 6.2.1: "<", up to three digits, ">" */
bool guess_syslog(struct bytes b)
{
	size_t i = 1;

	while (i < b.len && i < 4 && b.data[i] >= '0' && b.data[i] <= '9')
		i++;
	return i > 1 && i < b.len && b.data[0] == '<' && b.data[i] == '>';
}

bool guess_wsd(struct bytes b)
{
	static const char space[] = "schemas.xmlsoap.org/ws/2005/04/discovery";

	return b.len > 0 && b.data[0] == '<' && memmem(b.data, b.len, space, sizeof(space) - 1);
}
