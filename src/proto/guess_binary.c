/* Protocols whose messages are fields. The section is where the fields are described. */
#include "base/cur.h"
#include "proto/ber.h"
#include "proto/dns.h"
#include "proto/guess_parts.h"
#include "proto/snmp.h"

static uint16_t u16(struct bytes b, size_t at)
{
	return at + 2 <= b.len ? (uint16_t)(b.data[at] << 8 | b.data[at + 1]) : 0;
}

static uint32_t u32(struct bytes b, size_t at)
{
	return (uint32_t)u16(b, at) << 16 | u16(b, at + 2);
}

static uint32_t little32(struct bytes b, size_t at)
{
	return __builtin_bswap32(u32(b, at));
}

/* RFC 8446 5.1: alert, handshake, application data; and heartbeat (RFC 6520), the request of
 * Heartbleed */
bool guess_tls(struct bytes b)
{
	return b.len >= 5 && b.data[0] >= 20 && b.data[0] <= 24 && b.data[1] == 3 &&
	       b.data[2] <= 4 && u16(b, 3) <= 16384 + 2048;
}

/* SSL 2.0 5.5.2 (Hickman 1995); RFC 5246 E.2: a CLIENT-HELLO in a record of two bytes' header */
bool guess_sslv2(struct bytes b)
{
	uint16_t version = u16(b, 3);

	return b.len >= 11 && b.data[0] & 0x80 && b.data[2] == 1 &&
	       (version == 2 || version >> 8 == 3) && u16(b, 5) % 3 == 0;
}

/* RFC 9000 17.2, 15: a long header with a version that is in use, reserved for greasing, a draft's,
 * or Google's */
bool guess_quic(struct bytes b)
{
	uint32_t version = u32(b, 1);

	if (b.len < 7 || !(b.data[0] & 0x80))
		return false;
	return version == 1 || version == 0x6b3343cf || (version & 0x0f0f0f0f) == 0x0a0a0a0a ||
	       version >> 8 == 0xff0000 || (version >> 24 == 'Q' && (version >> 16 & 255) == '0') ||
	       (version == 0 && b.data[0] & 0x40 && b.data[5] <= 20 && b.data[5] > 0);
}

bool guess_dns_udp(struct bytes b)
{
	return dns_is_plausible(b);
}

bool guess_dns_tcp(struct bytes b)
{
	struct bytes message = dns_of_tcp(b);

	return message.len + 2 == b.len && message.len == u16(b, 0) && dns_is_plausible(message);
}

bool guess_snmp(struct bytes b)
{
	struct snmp_message m;

	return b.len > 2 && b.data[0] == BER_SEQUENCE && snmp_parse(b, &m) &&
	       (m.pdu_type >= 0 || m.version == 3);
}

/* RFC 4511 4.1.1: a sequence of message number and one of the operations */
bool guess_ldap(struct bytes b)
{
	struct cur all = ber_cur(b);
	uint8_t tag;

	if (b.len < 7 || b.data[0] != BER_SEQUENCE)
		return false;
	struct cur message = ber_cur(ber_next(&all, &tag));
	ber_number(&message);
	uint8_t operation = cur_u8(&message);
	return cur_ok(&message) && ((operation >= 0x60 && operation <= 0x79) || operation == 0x42);
}

/* RFC 5905 7.3; RFC 9327 2; private mode: implementation 0, 2 or 3 */
bool guess_ntp(struct bytes b)
{
	if (b.len < 8)
		return false;
	switch (b.data[0] & 7) {
	case 6:
		return b.len >= 12;
	case 7:
		return b.data[2] <= 3;
	default:
		return b.len >= 48;
	}
}

/* RFC 1006 6 and X.224 13.3: a TPKT with a connection request; MS-RDPBCGR 2.2.1.1: a cookie or an
 * RDP negotiation behind it */
static bool is_connection_request(struct bytes b)
{
	return b.len >= 11 && b.data[0] == 3 && b.data[1] == 0 && b.data[5] == 0xe0;
}

bool guess_rdp(struct bytes b)
{
	if (!is_connection_request(b))
		return false;
	struct bytes rest = bytes_from(b, 11);
	return rest.len == 0 || bytes_start(rest, "Cookie: ") ||
	       (rest.data[0] == 1 && u16(rest, 2) == 0x0800);
}

/* X.224 parameters 0xc0 to 0xc2; or S7's data in a COTP data TPDU */
bool guess_s7(struct bytes b)
{
	if (b.len >= 8 && b.data[0] == 3 && b.data[1] == 0 && b.data[5] == 0xf0)
		return b.data[7] == 0x32;
	return is_connection_request(b) && b.len > 11 && b.data[11] >= 0xc0 && b.data[11] <= 0xc2;
}

/* SOCKS 4 (Koblas 1992): version, command, port, address, user, NUL */
bool guess_socks4(struct bytes b)
{
	return b.len >= 9 && b.len < 600 && b.data[0] == 4 && (b.data[1] == 1 || b.data[1] == 2) &&
	       b.data[b.len - 1] == 0;
}

/* RFC 1928 3: version, number of methods, methods */
bool guess_socks5(struct bytes b)
{
	return b.len >= 3 && b.data[0] == 5 && b.data[1] > 0 && b.len == 2u + b.data[1];
}

/* MQTT 3.1.1 3.1: CONNECT, a length of one to four bytes, the protocol's name */
bool guess_mqtt(struct bytes b)
{
	struct cur c = cur_of(b.data, b.len);

	if (cur_u8(&c) != 0x10)
		return false;
	for (int i = 0; i < 4 && cur_u8(&c) & 0x80; i++)
		;
	struct bytes rest = {.data = c.at, .len = cur_left(&c)};
	return cur_ok(&c) && rest.len >= 6 && rest.data[0] == 0 &&
	       (bytes_start(bytes_from(rest, 2), "MQTT") ||
		       bytes_start(bytes_from(rest, 2), "MQIs"));
}

/* MODBUS Messaging on TCP/IP 1.0b, 3.1.3: protocol 0, a length that fits, a function that is no
 * error */
bool guess_modbus(struct bytes b)
{
	return b.len >= 8 && u16(b, 2) == 0 && u16(b, 4) >= 2 && u16(b, 4) <= 254 &&
	       b.len <= 6u + u16(b, 4) && b.data[7] > 0 && b.data[7] < 0x80;
}

/* ASHRAE 135 J.2: the type of BACnet/IP, a function, its own length */
bool guess_bacnet(struct bytes b)
{
	return b.len >= 4 && b.data[0] == 0x81 && b.data[1] <= 0x0c && u16(b, 2) == b.len;
}

/* RFC 7296 3.1, RFC 2408 3.1; on 4500 behind four zero bytes (RFC 3948 2.2) */
bool guess_ike(struct bytes b)
{
	if (u32(b, 0) == 0 && b.len > 4)
		b = bytes_from(b, 4);
	return b.len >= 28 && (b.data[17] == 0x10 || b.data[17] == 0x20) && u32(b, 24) >= 28 &&
	       u32(b, 24) <= 65535 && u32(b, 0) != 0;
}

/* RFC 7252 3: version 1, a token of up to eight bytes, a method (class 0) or a response (2, 4, 5)
 */
bool guess_coap(struct bytes b)
{
	return b.len >= 4 && b.data[0] >> 6 == 1 && (b.data[0] & 15) <= 8 &&
	       b.len >= 4u + (b.data[0] & 15) &&
	       (b.data[1] <= 7 || b.data[1] >> 5 == 2 || b.data[1] >> 5 == 4 ||
		       b.data[1] >> 5 == 5);
}

/* RFC 5531 9: a call of version 2 */
bool guess_rpc_udp(struct bytes b)
{
	return b.len >= 24 && u32(b, 4) == 0 && u32(b, 8) == 2 && u32(b, 12) >= 100000;
}

/* RFC 5531 11: behind the record mark */
bool guess_rpc_tcp(struct bytes b)
{
	return b.len >= 28 && b.data[0] & 0x80 && guess_rpc_udp(bytes_from(b, 4));
}

/* RFC 1350 5: read or write, a file's name, a mode */
bool guess_tftp(struct bytes b)
{
	uint16_t operation = u16(b, 0);
	size_t name = bytes_find(b, 2, 0);
	struct bytes mode = bytes_from(b, name + 1);

	return (operation == 1 || operation == 2) &&
	       (bytes_start_nocase(mode, "netascii") || bytes_start_nocase(mode, "octet") ||
		       bytes_start_nocase(mode, "mail"));
}

/* RFC 2131 2, 3: the magic cookie behind the fixed part */
bool guess_dhcp(struct bytes b)
{
	return b.len >= 240 && (b.data[0] == 1 || b.data[0] == 2) && u32(b, 236) == 0x63825363;
}

/* RFC 2865 3: its own length */
bool guess_radius(struct bytes b)
{
	return b.len >= 20 && b.data[0] >= 1 && b.data[0] <= 13 && u16(b, 2) >= 20 &&
	       u16(b, 2) <= b.len;
}

/* P_CONTROL_HARD_RESET_CLIENT_V2, _V1, _V3 with key 0 */
bool guess_openvpn_udp(struct bytes b)
{
	return b.len >= 14 && (b.data[0] == 7 << 3 || b.data[0] == 1 << 3 || b.data[0] == 10 << 3);
}

bool guess_openvpn_tcp(struct bytes b)
{
	return u16(b, 0) >= 14 && b.len <= u16(b, 0) + 2u && guess_openvpn_udp(bytes_from(b, 2));
}

/* WireGuard (Donenfeld, NDSS 2017) 5.4: type, three zeros, and the length that each type has */
bool guess_wireguard(struct bytes b)
{
	if (b.len < 4 || b.data[1] || b.data[2] || b.data[3])
		return false;
	return (b.data[0] == 1 && b.len == 148) || (b.data[0] == 2 && b.len == 92) ||
	       (b.data[0] == 3 && b.len == 64);
}

/* MS-TDS 2.2.3.1: pre-login, login or batch, the last packet of the message, its own length */
bool guess_tds(struct bytes b)
{
	return b.len >= 8 && (b.data[0] == 0x12 || b.data[0] == 0x10 || b.data[0] == 1) &&
	       b.data[1] <= 1 && u16(b, 2) >= 8 && b.len <= u16(b, 2);
}

/* MC-SQLR 2.2: the client's four requests */
bool guess_mssql(struct bytes b)
{
	return (b.data[0] >= 2 && b.data[0] <= 4) || b.data[0] == 0x0f;
}

/* PostgreSQL 55.7: SSLRequest, GSSENCRequest, CancelRequest, StartupMessage 3.0 */
bool guess_pgsql(struct bytes b)
{
	uint32_t len = u32(b, 0), code = u32(b, 4);

	return b.len >= 8 && len <= b.len && len >= 8 &&
	       ((code >= 80877102 && code <= 80877104) || code == 0x00030000);
}

/* MongoDB wire protocol: the length first, OP_QUERY, OP_COMPRESSED or OP_MSG */
bool guess_mongodb(struct bytes b)
{
	uint32_t operation = little32(b, 12);

	return b.len >= 16 && little32(b, 0) >= 16 &&
	       (operation == 2004 || operation == 2012 || operation == 2013);
}

/* BEP 5: a dictionary whose keys are in order, so that it begins with its arguments; BEP 29: uTP's
 * SYN */
bool guess_bittorrent_udp(struct bytes b)
{
	if (bytes_start(b, "d1:") || bytes_start(b, "d2:ip"))
		return b.data[b.len - 1] == 'e' && b.len > 10;
	return b.len == 20 && b.data[0] == 0x41 && b.data[1] == 0;
}

/* CIP volume 2, 2-3: a command, the length of the data, and session, status and options that are
 * zero in first messages */
bool guess_enip(struct bytes b)
{
	return b.len >= 24 &&
	       (b.data[0] == 0x63 || b.data[0] == 0x65 || b.data[0] == 0x64 || b.data[0] == 4) &&
	       b.data[1] == 0 && (size_t)(b.data[2] | b.data[3] << 8) + 24 == b.len;
}

/* Oracle Net: length, no checksum, CONNECT, no flags */
bool guess_oracle(struct bytes b)
{
	return b.len >= 8 && u16(b, 0) >= 8 && u16(b, 2) == 0 && b.data[4] == 1 && b.data[5] == 0;
}

/* RFC 2608 8: version 2, a function, its own length */
bool guess_slp(struct bytes b)
{
	return b.len >= 14 && b.data[0] == 2 && b.data[1] >= 1 && b.data[1] <= 11 &&
	       u16(b, 3) == (b.len & 0xffff);
}
