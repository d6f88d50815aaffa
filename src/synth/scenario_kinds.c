/* What services are asked with, and whose headers SYNs have. */
#include "synth/scenario_parts.h"

#include "decode/service.h"

const char *const scenario_styles[STYLE_COUNT] = {
#define X(name, is_tool) #name,
	STYLES(X)
#undef X
};

const char *style_name(enum style style)
{
	return scenario_styles[style];
}

bool style_is_tool(enum style style)
{
	static const bool tools[] = {
#define X(name, is_tool) is_tool,
		STYLES(X)
#undef X
	};

	return tools[style];
}

static enum packet_kind icmp_kind(uint16_t type)
{
	switch (type) {
	case 0:
		return PACKET_echo_reply;
	case 3:
		return PACKET_unreachable;
	case 8:
		return PACKET_echo;
	case 11:
		return PACKET_exceeded;
	default:
		return PACKET_auto;
	}
}

static enum packet_kind icmp6_kind(uint16_t type)
{
	switch (type) {
	case 1:
		return PACKET_unreachable;
	case 3:
		return PACKET_exceeded;
	case 128:
		return PACKET_echo;
	case 129:
		return PACKET_echo_reply;
	default:
		return PACKET_auto;
	}
}

enum packet_kind packet_kind_of(uint32_t service)
{
	uint8_t protocol = service_protocol(service);

	if (service >> 24)
		return PACKET_fragment;
	switch (protocol) {
	case PROTOCOL_TCP:
		return PACKET_syn;
	case PROTOCOL_UDP:
		return PACKET_request;
	case PROTOCOL_ICMP:
		return icmp_kind(service_number(service));
	case PROTOCOL_ICMPV6:
		return icmp6_kind(service_number(service));
	default:
		return protocol == PROTOCOL_SCTP ? PACKET_auto : PACKET_bare;
	}
}

const char *detected_word(enum detected detected)
{
#define X(name, word) [DETECTED_##name] = word,
	static const char *const words[] = {[DETECTED_nothing] = "", CATEGORY_WORDS(X)};
#undef X

	return words[detected];
}
