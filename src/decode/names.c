/* Names of IP protocols, as in service names. */
#include "decode/decode.h"

#include <strings.h>

#include "base/base.h"

static const struct {
	uint8_t number;
	char name[12];
} named[] = {
	{PROTOCOL_ICMP, "ICMP"},
	{2, "IGMP"},
	{PROTOCOL_IPIP, "IPIP"},
	{PROTOCOL_TCP, "TCP"},
	{PROTOCOL_UDP, "UDP"},
	{33, "DCCP"},
	{PROTOCOL_IPV6, "IPv6"},
	{46, "RSVP"},
	{PROTOCOL_GRE, "GRE"},
	{50, "ESP"},
	{51, "AH"},
	{PROTOCOL_ICMPV6, "ICMPv6"},
	{88, "EIGRP"},
	{89, "OSPF"},
	{103, "PIM"},
	{108, "IPComp"},
	{112, "VRRP"},
	{115, "L2TP"},
	{PROTOCOL_SCTP, "SCTP"},
	{136, "UDPLite"},
};

#define ONE(n) "proto-" #n
#define TEN(t)                                                                                     \
	ONE(t##0), ONE(t##1), ONE(t##2), ONE(t##3), ONE(t##4), ONE(t##5), ONE(t##6), ONE(t##7),    \
		ONE(t##8), ONE(t##9)
#define HUNDRED(h)                                                                                 \
	TEN(h##0), TEN(h##1), TEN(h##2), TEN(h##3), TEN(h##4), TEN(h##5), TEN(h##6), TEN(h##7),    \
		TEN(h##8), TEN(h##9)

static const char numbered[256][12] = {
	TEN(),
	TEN(1),
	TEN(2),
	TEN(3),
	TEN(4),
	TEN(5),
	TEN(6),
	TEN(7),
	TEN(8),
	TEN(9),
	HUNDRED(1),
	TEN(20),
	TEN(21),
	TEN(22),
	TEN(23),
	TEN(24),
	ONE(250),
	ONE(251),
	ONE(252),
	ONE(253),
	ONE(254),
	ONE(255),
};

const char *protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (named[i].number == protocol)
			return named[i].name;
	}
	return numbered[protocol];
}

int protocol_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
		if (strcasecmp(named[i].name, name) == 0)
			return named[i].number;
	}
	for (int i = 0; i < 256; i++) {
		if (strcasecmp(numbered[i], name) == 0)
			return i;
	}
	return -1;
}
