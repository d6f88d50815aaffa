#include "synth/payload.h"

#include "base/buf.h"

#include <string.h>

/* A head, then the fill byte up to the length: enough to tell them apart and to look right in a
 * dump. */
#define P(name, port, head, fill, len)                                                             \
	{                                                                                          \
		name, port, head, sizeof(head) - 1, fill, len                                      \
	}
static const struct payload payloads[] = {
	/* A for example.com (RFC 1035 4.1), recursion desired */
	P("dns-query", 53,
		"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07"
		"example\x03"
		"com\0\0\x01\0\x01",
		0, 29),
	/* the answer to it: 192.0.2.80 */
	P("dns-response", 0,
		"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x07"
		"example\x03"
		"com\0\0\x01\0\x01"
		"\xc0\x0c\0\x01\0\x01\0\0\x0e\x10\0\x04\xc0\0\x02\x50",
		0, 45),
	/* mode 3, version 4 (RFC 5905) */
	P("ntp-request", 123, "\x23\0\x06\xec", 0, 48),
	P("ssdp-search", 1900,
		"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
		"MX: 1\r\nST: ssdp:all\r\n\r\n",
		0, 94),
	P("sip-options", 5060,
		"OPTIONS sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060\r\n"
		"From: <sip:100@192.0.2.2>\r\nTo: <sip:100@192.0.2.1>\r\nCSeq: 1 OPTIONS\r\n\r\n",
		0, 145),
	/* GetRequest sysDescr.0, community "public" */
	P("snmp-get", 161,
		"\x30\x26\x02\x01\0\x04\x06"
		"public\xa0\x19\x02\x01\x01\x02\x01\0\x02\x01\0\x30\x0e"
		"\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0",
		0, 40),
	/* node status request for "*" (RFC 1002 4.2.17) */
	P("netbios-status", 137,
		"\x80\xf0\0\x10\0\x01\0\0\0\0\0\0\x20"
		"CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01",
		0, 50),
	/* the length of the SQL worm of 2003, without its code */
	P("sql-resolution", 1434, "\x04", 0x01, 376),
	/* the same with marks of that worm, still without its code */
	P("sql-worm", 0, "\x04\x01\x01\x01\x01\x01\x01\x01\x01\x81\xf1\x03\x01\x04\x9b\x81\xf1\x01" "sock" "send", 0x01, 376),
	/* all records of example.com: QTYPE 255 */
	P("dns-any", 0,
		"\x12\x35\x01\0\0\x01\0\0\0\0\0\0\x07"
		"example\x03"
		"com\0\0\xff\0\x01",
		0, 29),
	/* mode 7: the list of a time server's clients, a small question with large answers */
	P("ntp-monlist", 0, "\x17\0\x03\x2a", 0, 8),
	P("sip-register", 0,
		"REGISTER sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060\r\n"
		"From: <sip:100@192.0.2.1>\r\nTo: <sip:100@192.0.2.1>\r\nCSeq: 1 REGISTER\r\n\r\n",
		0, 137),
	/* a text for people, where the service of Windows messages listens */
	P("popup-message", 0, "\x04\0\x28\0\x10\0\0\0MESSENGER\0STOP! WINDOWS REQUIRES IMMEDIATE ATTENTION", 0, 320),
	P("popup-spam", 1026, "\x04\0\x28\0\x10", 0x20, 320),
	P("windows-ping", 0, "abcdefghijklmnopqrstuvwabcdefghi", 0, 32),
	P("probe-aa", 0, "", 0xaa, 64),
	P("zeros", 0, "", 0, 18),
	P("zeros-8", 0, "", 0, 8),
	P("get-request", 0, "GET / HTTP/1.0\r\n\r\n", 0, 18),
	/* for every other UDP port */
	P("generic", 0, "\r\n\r\n", 0, 4),
};
#undef P

const struct payload *payload_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++)
		if (strcmp(payloads[i].name, name) == 0)
			return &payloads[i];
	return NULL;
}

const struct payload *payload_of_port(uint16_t port)
{
	for (size_t i = 0; port != 0 && i < ARRAY_SIZE(payloads); i++)
		if (payloads[i].port == port)
			return &payloads[i];
	return &payloads[ARRAY_SIZE(payloads) - 1];
}

void payload_write(const struct payload *p, uint8_t out[PAYLOAD_MAX])
{
	memcpy(out, p->head, p->head_len);
	memset(out + p->head_len, p->fill, p->len - p->head_len);
}

void payload_names(struct buf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(payloads); i++)
		buf_printf(out, "%s%s", i ? ", " : "", payloads[i].name);
}
