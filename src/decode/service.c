#include "decode/service.h"

#include <stdio.h>
#include <strings.h>

#include "base/number.h"

enum { LATER_FRAGMENT = 1 << 24 };

static bool has_port(uint8_t protocol)
{
	return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP || protocol == PROTOCOL_SCTP;
}

static bool has_type(uint8_t protocol)
{
	return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

uint32_t service_of(const struct packet *p)
{
	if (p->fragment == FRAGMENT_LATER)
		return service_make(p->protocol, 0) | LATER_FRAGMENT;
	if (has_type(p->protocol))
		return service_make(p->protocol, p->icmp_type);
	return service_make(p->protocol, p->dport);
}

const char *service_print(uint32_t service, char out[SERVICE_TEXT_SIZE])
{
	uint8_t protocol = service_protocol(service);
	const char *name = protocol_name(protocol);

	if (service & LATER_FRAGMENT)
		snprintf(out, SERVICE_TEXT_SIZE, "frag/%s", name);
	else if (has_port(protocol) || has_type(protocol))
		snprintf(out, SERVICE_TEXT_SIZE, "%u/%s", service_number(service), name);
	else
		snprintf(out, SERVICE_TEXT_SIZE, "%s", name);
	return out;
}

/* The text before the slash, of a protocol that has such. */
static bool number_parse(const char *text, size_t len, uint8_t protocol, uint16_t *ret)
{
	char digits[8];
	uint64_t number;

	if (len >= sizeof(digits) || !(has_port(protocol) || has_type(protocol)))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (!number_u64(digits, 0, has_type(protocol) ? UINT8_MAX : UINT16_MAX, &number))
		return false;
	*ret = (uint16_t)number;
	return true;
}

bool service_parse(const char *text, uint32_t *ret)
{
	const char *slash = strchr(text, '/');
	int protocol = protocol_number(slash ? slash + 1 : text);
	uint16_t number;

	if (protocol < 0)
		return false;
	if (!slash) {
		*ret = service_make((uint8_t)protocol, 0);
		return !has_port((uint8_t)protocol) && !has_type((uint8_t)protocol);
	}
	size_t len = (size_t)(slash - text);
	if (len == 4 && strncasecmp(text, "frag", 4) == 0) {
		*ret = service_make((uint8_t)protocol, 0) | LATER_FRAGMENT;
		return true;
	}
	if (!number_parse(text, len, (uint8_t)protocol, &number))
		return false;
	*ret = service_make((uint8_t)protocol, number);
	return true;
}
