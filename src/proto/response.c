/* One line of the table below per protocol: the ports it answers from, and the mark of a response
 * with its source. */
#include "proto/response.h"

#include "base/base.h"
#include "base/cur.h"
#include "proto/ber.h"
#include "proto/dns.h"
#include "proto/snmp.h"

/* RFC 1035 4.1.1: a whole header with QR set, an opcode in use (0 to 6) and at most one question.
 * Also mDNS (RFC 6762 18.2), LLMNR (RFC 4795 2.1.1) and NetBIOS names (RFC 1002 4.2.1.1), which
 * share the header. */
static bool is_dns(struct bytes b)
{
	struct dns_message m;

	return dns_parse(b, &m) && dns_is_response(&m) && dns_opcode(&m) <= 6 &&
	       m.counts[DNS_QUESTION] <= 1;
}

/* RFC 1002 4.2: as DNS, and the operations go up to 9 */
static bool is_netbios(struct bytes b)
{
	struct dns_message m;

	return dns_parse(b, &m) && dns_is_response(&m) && dns_opcode(&m) <= 9 &&
	       m.counts[DNS_QUESTION] == 0;
}

/* RFC 5905 7.3: server (4) and broadcast (5) packets of at least 48 bytes; RFC 9327 2: control (6)
 * with the response bit; ntpd's private mode (7, monlist and the like) with its response bit. */
static bool is_ntp(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint8_t first = cur_u8(&c), second = cur_u8(&c);

	switch (first & 7) {
	case 4:
	case 5:
		return b.len >= 48;
	case 6:
		return b.len >= 12 && second & 0x80;
	case 7:
		return b.len >= 8 && first & 0x80;
	default:
		return false;
	}
}

/* UPnP Device Architecture 1.1, 1.2.2 and 1.3.3 */
static bool is_ssdp(struct bytes b)
{
	return bytes_start(b, "HTTP/1.1 200") || bytes_start(b, "NOTIFY");
}

/* RFC 3416 4.2: Response and Report PDUs. What is encrypted shows only whether it may be answered
 * (RFC 3412 6.4): a request may. */
static bool is_snmp(struct bytes b)
{
	struct snmp_message m;

	if (!snmp_parse(b, &m))
		return false;
	if (m.pdu_type < 0)
		return m.is_encrypted && !m.is_reportable && m.engine.len > 0;
	return m.pdu_type == SNMP_RESPONSE || m.pdu_type == SNMP_REPORT;
}

/* memcached doc/protocol.txt, "UDP protocol": behind eight bytes (request, sequence, number of
 * datagrams, 0) the reply's first word; requests are one datagram, so more than one is a reply.
 * doc/protocol_binary.xml 3.1: magic 0x81. */
static bool is_memcached(struct bytes b)
{
	static const char *const words[] = {"STAT ", "VALUE ", "END\r\n", "ERROR\r\n",
		"CLIENT_ERROR ", "SERVER_ERROR ", "VERSION ", "STORED\r\n", "NOT_STORED\r\n",
		"NOT_FOUND\r\n", "DELETED\r\n", "OK\r\n", "RESET\r\n", "\x81"};
	struct cur c = cur_of(b.data, b.len);
	struct bytes text = bytes_from(b, 8);

	cur_skip(&c, 2);
	uint16_t sequence = cur_u16(&c), datagrams = cur_u16(&c), reserved = cur_u16(&c);
	if (!cur_ok(&c) || reserved != 0 || sequence >= datagrams)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (bytes_start(text, words[i]))
			return true;
	return datagrams > 1 && text.len > 0;
}

/* RFC 4511 4.2.2, 4.5.2: bindResponse, searchResEntry, searchResDone, searchResRef */
static bool is_cldap(struct bytes b)
{
	struct cur all = ber_cur(b);
	uint8_t tag;
	struct cur message = ber_cur(ber_next(&all, &tag));

	if (tag != BER_SEQUENCE)
		return false;
	ber_number(&message);
	uint8_t operation = cur_u8(&message);
	return operation == 0x61 || operation == 0x64 || operation == 0x65 || operation == 0x73;
}

/* RFC 864: a pattern; by custom each line is a piece of the ring of the 95 printable characters,
 * one further than the line before. Sixteen of them in order are no chance. */
static bool is_chargen(struct bytes b)
{
	enum { RUN = 16, FIRST = ' ', LAST = '~' };

	if (b.len < RUN || b.data[0] < FIRST || b.data[0] > LAST)
		return false;
	for (size_t i = 1; i < RUN; i++)
		if (b.data[i] != (b.data[i - 1] == LAST ? FIRST : b.data[i - 1] + 1))
			return false;
	return true;
}

/* RFC 5531 9: xid, message type REPLY, MSG_ACCEPTED or MSG_DENIED */
static bool is_rpc(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);

	cur_skip(&c, 4);
	uint32_t type = cur_u32(&c), status = cur_u32(&c);
	cur_skip(&c, 8);
	return cur_ok(&c) && type == 1 && status <= 1;
}

/* RFC 3261 7.2 */
static bool is_sip(struct bytes b)
{
	return bytes_start(b, "SIP/2.0 ");
}

/* RFC 8489 5: class success or error, the magic cookie, and the length */
static bool is_stun(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint16_t type = cur_u16(&c), len = cur_u16(&c);

	return cur_u32(&c) == 0x2112a442 && (type & 0xc100) == 0x0100 && len + 20u <= b.len;
}

/* RFC 7252 3, 5.9: version 1, a token of up to eight bytes, a code of class 2, 4 or 5 */
static bool is_coap(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint8_t first = cur_u8(&c), class = cur_u8(&c) >> 5;

	return first >> 6 == 1 && (first & 15) <= 8 && b.len >= 4u + (first & 15) &&
	       (class == 2 || class == 4 || class == 5);
}

/* RFC 7296 3.1: version 2, its own length, the R bit */
static bool is_ike(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);

	cur_skip(&c, 17);
	uint8_t version = cur_u8(&c);
	cur_skip(&c, 1);
	uint8_t flags = cur_u8(&c);
	cur_skip(&c, 4);
	uint32_t len = cur_u32(&c);
	return cur_ok(&c) && version >> 4 == 2 && flags & 0x20 && len == b.len;
}

/* RFC 9000 17.2.1: only servers send Version Negotiation: a long header with version 0, two
 * connection ids, versions. RFC 6347 4.2: the DTLS handshake messages ServerHello and
 * HelloVerifyRequest. */
static bool is_quic_or_dtls(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint8_t first = cur_u8(&c);

	if (first == 22 && cur_u8(&c) == 0xfe) {
		cur_skip(&c, 11);
		uint8_t type = cur_u8(&c);
		return type == 2 || type == 3;
	}
	if (!(first & 0x80) || cur_u32(&c) != 0)
		return false;
	cur_skip(&c, cur_u8(&c));
	cur_skip(&c, cur_u8(&c));
	return cur_ok(&c) && cur_left(&c) >= 4 && cur_left(&c) % 4 == 0;
}

/* RFC 2661 3.1, 5.1: a control message whose first AVP is the message type SCCRP */
static bool is_l2tp(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint16_t flags = cur_u16(&c), len = cur_u16(&c);

	cur_skip(&c, 8);
	cur_skip(&c, 2); /* flags and length of the AVP */
	uint16_t vendor = cur_u16(&c), attribute = cur_u16(&c), type = cur_u16(&c);
	return cur_ok(&c) && (flags & 0xc80f) == 0xc802 && len <= b.len && vendor == 0 &&
	       attribute == 0 && type == 2;
}

/* OpenVPN's protocol (openvpn/src/openvpn/ssl_pkt.h names the opcodes):
 * P_CONTROL_HARD_RESET_SERVER_V2 and V1, key 0 */
static bool is_openvpn(struct bytes b)
{
	return b.len >= 14 && (b.data[0] == 8 << 3 || b.data[0] == 2 << 3);
}

/* WireGuard (Donenfeld, NDSS 2017) 5.4.3 and 5.4.7: handshake response, cookie reply */
static bool is_wireguard(struct bytes b)
{
	return (b.len == 92 && memcmp(b.data, "\x02\0\0\0", 4) == 0) ||
	       (b.len == 64 && memcmp(b.data, "\x03\0\0\0", 4) == 0);
}

/* ASHRAE 135 6.2, 20.1: BVLC and its length, NPDU without network message, and an APDU that answers
 * (2 to 7), or I-Am or I-Have, the answers to Who-Is and Who-Has */
static bool is_bacnet(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint8_t type = cur_u8(&c);

	cur_skip(&c, 1);
	uint16_t len = cur_u16(&c);
	cur_skip(&c, 1);
	uint8_t control = cur_u8(&c);
	bool to_network = control & 0x20;
	for (int i = 0; i < 2; i++)
		if (control & (i == 0 ? 0x20 : 0x08)) {
			cur_skip(&c, 2);
			cur_skip(&c, cur_u8(&c));
		}
	cur_skip(&c, to_network ? 1 : 0);
	uint8_t apdu = cur_u8(&c) >> 4, service = cur_u8(&c);
	if (!cur_ok(&c) || type != 0x81 || len != b.len || control & 0x80)
		return false;
	return (apdu >= 2 && apdu <= 7) || (apdu == 1 && (service == 0 || service == 1));
}

/* MC-SQLR 2.2.5: SVR_RESP and the length of what follows, little endian */
static bool is_sql_browser(struct bytes b)
{
	return b.len > 3 && b.data[0] == 5 && (size_t)(b.data[1] | b.data[2] << 8) == b.len - 3;
}

/* RFC 2453 3.6, RFC 1058 3.1: command 2, version 1 or 2, entries of 20 bytes */
static bool is_rip(struct bytes b)
{
	return b.len >= 24 && b.data[0] == 2 && (b.data[1] == 1 || b.data[1] == 2) &&
	       (b.len - 4) % 20 == 0;
}

/* RFC 2608 8: version 2, its own length; the functions Reply of service, attributes and service
 * types, and the adverts */
static bool is_slp(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint8_t version = cur_u8(&c), function = cur_u8(&c);
	size_t len = (size_t)cur_u8(&c) << 16;

	len |= cur_u16(&c);
	return cur_ok(&c) && version == 2 && len == b.len &&
	       (function == 2 || function == 7 || function == 8 || function == 10 ||
		       function == 11);
}

/* DMTF DSP0136 3.2.4.3: ASF presence pong; IPMI 1.5 13.6, without authentication: a network
 * function that is odd */
static bool is_rmcp(struct bytes b)
{
	if (b.len < 12 || b.data[0] != 6)
		return false;
	if (b.data[3] == 6)
		return b.data[8] == 0x40;
	return b.data[3] == 7 && b.data[4] == 0 && b.len > 15 && b.data[15] >> 2 & 1;
}

/* RFC 6886 3.2 and RFC 6887 7.2: the highest bit of the operation */
static bool is_port_mapping(struct bytes b)
{
	return b.len >= 8 && (b.data[0] == 0 || b.data[0] == 2) && b.data[1] & 0x80;
}

/* RFC 2865 3, 2866 3: Access-Accept, -Reject and -Challenge, Accounting-Response, with their length
 */
static bool is_radius(struct bytes b)
{
	return b.len >= 20 &&
	       (b.data[0] == 2 || b.data[0] == 3 || b.data[0] == 5 || b.data[0] == 11) &&
	       (size_t)(b.data[2] << 8 | b.data[3]) == b.len;
}

/* X Display Manager Control Protocol 1.1, 4: Willing, Unwilling, with the length of what follows */
static bool is_xdmcp(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);
	uint16_t version = cur_u16(&c), code = cur_u16(&c), len = cur_u16(&c);

	return cur_ok(&c) && version == 1 && (code == 5 || code == 6) && len == cur_left(&c);
}

/* Web Services Dynamic Discovery 1.1, 5.3 and 6.3 */
static bool is_ws_discovery(struct bytes b)
{
	return memmem(b.data, b.len, "ProbeMatches", 12) ||
	       memmem(b.data, b.len, "ResolveMatches", 14);
}

/* 3GPP TS 29.060 7.2.2: Echo Response of version 1 */
static bool is_gtp(struct bytes b)
{
	return b.len >= 8 && b.data[0] >> 5 == 1 && b.data[1] == 2;
}

/* KNX 3/8/2, 7.6: search response, description response */
static bool is_knx(struct bytes b)
{
	return bytes_start(b, "\x06\x10\x02\x02") || bytes_start(b, "\x06\x10\x02\x04");
}

/* EtherNet/IP (ODVA, volume 2) 2-4.2: ListIdentity has data only in the reply */
static bool is_ethernet_ip(struct bytes b)
{
	return b.len > 24 && b.data[0] == 0x63 && b.data[1] == 0 &&
	       (size_t)(b.data[2] | b.data[3] << 8) == b.len - 24;
}

/* Valve, Server Queries: info, challenge, players, rules; id Tech 3: words that end in "Response"
 */
static bool is_game(struct bytes b)
{
	struct bytes text = bytes_from(b, 4);

	if (b.len < 6 || memcmp(b.data, "\xff\xff\xff\xff", 4) != 0)
		return false;
	return (text.data[0] && strchr("IADEm", text.data[0])) ||
	       bytes_start(text, "statusResponse") || bytes_start(text, "infoResponse");
}

/* Ubiquiti's discovery: version 1, operation 0, and the length of the fields, which a request does
 * not have */
static bool is_ubiquiti(struct bytes b)
{
	return b.len > 4 && b.data[0] == 1 && b.data[1] == 0 &&
	       (size_t)(b.data[2] << 8 | b.data[3]) == b.len - 4;
}

/* BEP 5: a dictionary whose keys are in order, so that "y" (r: response, e: error, q: query) is the
 * last one. Any port. */
static bool is_dht(struct bytes b)
{
	enum { TAIL = 7 };

	if (b.len <= TAIL || b.data[0] != 'd')
		return false;
	const uint8_t *tail = b.data + b.len - TAIL;
	return (memcmp(tail, "1:y1:re", TAIL) == 0 || memcmp(tail, "1:y1:ee", TAIL) == 0);
}

static const struct {
	uint16_t first, last;
	bool (*is)(struct bytes payload);
} tests[] = {
	{53, 53, is_dns},
	{123, 123, is_ntp},
	{1900, 1900, is_ssdp},
	{161, 161, is_snmp},
	{11211, 11211, is_memcached},
	{389, 389, is_cldap},
	{19, 19, is_chargen},
	{111, 111, is_rpc},
	{137, 137, is_netbios},
	{177, 177, is_xdmcp},
	{427, 427, is_slp},
	{443, 443, is_quic_or_dtls},
	{500, 500, is_ike},
	{520, 520, is_rip},
	{623, 623, is_rmcp},
	{1194, 1194, is_openvpn},
	{1434, 1434, is_sql_browser},
	{1645, 1646, is_radius},
	{1701, 1701, is_l2tp},
	{1812, 1813, is_radius},
	{2049, 2049, is_rpc},
	{2123, 2123, is_gtp},
	{2152, 2152, is_gtp},
	{3478, 3479, is_stun},
	{3671, 3671, is_knx},
	{3702, 3702, is_ws_discovery},
	{4433, 4433, is_quic_or_dtls},
	{5060, 5061, is_sip},
	{5351, 5351, is_port_mapping},
	{5353, 5353, is_dns},
	{5355, 5355, is_dns},
	{5683, 5683, is_coap},
	{5684, 5684, is_quic_or_dtls},
	{10001, 10001, is_ubiquiti},
	{27000, 27050, is_game},
	{27960, 27970, is_game},
	{44818, 44818, is_ethernet_ip},
	{47808, 47808, is_bacnet},
	{51820, 51820, is_wireguard},
};

bool proto_is_udp_response(uint16_t sport, struct bytes payload)
{
	if (payload.len == 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		if (sport >= tests[i].first && sport <= tests[i].last)
			return tests[i].is(payload);
	return is_dht(payload);
}
