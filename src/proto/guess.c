/* One table: the forms that payloads have, the surest first; the first that fits is the answer. */
#include "proto/guess.h"

#include "base/base.h"
#include "proto/guess_parts.h"

enum { TCP = 1, UDP = 2, BOTH = 3, IP_TCP = 6, IP_UDP = 17, FORM_PORTS = 4 };

struct form {
	enum proto proto;
	uint8_t transports;
	uint8_t at, len;	    /* where `magic` stands and how long it is */
	const char *magic;	    /* "" : none */
	bool (*is)(struct bytes b); /* NULL: the magic is enough */
	uint16_t ports[FORM_PORTS]; /* needed at either end; none: on any port */
};

#define MAGIC(at, text) (at), sizeof(text) - 1, (text)
#define ANY_BYTES	0, 0, ""

static const struct form forms[] = {
	/* text */
	{PROTO_ssh, TCP, MAGIC(0, "SSH-"), NULL, {0}}, {PROTO_sip, BOTH, ANY_BYTES, guess_sip, {0}},
	{PROTO_rtsp, TCP, ANY_BYTES, guess_rtsp, {0}},
	{PROTO_ssdp, UDP, ANY_BYTES, guess_ssdp, {0}},
	{PROTO_http, TCP, ANY_BYTES, guess_http, {0}},
	{PROTO_rfb, TCP, MAGIC(0, "RFB 00"), NULL, {0}},
	{PROTO_adb, TCP, MAGIC(0, "CNXN"), NULL, {0}},
	{PROTO_amqp, TCP, MAGIC(0, "AMQP"), NULL, {0}},
	{PROTO_rmi, TCP, MAGIC(0, "JRMI"), NULL, {0}},
	{PROTO_rsync, TCP, MAGIC(0, "@RSYNCD:"), NULL, {0}},
	{PROTO_git, TCP, MAGIC(4, "git-"), NULL, {0}},
	{PROTO_fox, TCP, MAGIC(0, "fox a "), NULL, {0}},
	{PROTO_opcua, TCP, MAGIC(0, "HELF"), NULL, {0}},
	{PROTO_fins, TCP, MAGIC(0, "FINS"), NULL, {0}},
	{PROTO_guardian, TCP, MAGIC(0, "\001I20"), NULL, {0}},
	{PROTO_smtp, TCP, MAGIC(0, "EHLO "), NULL, {0}},
	{PROTO_smtp, TCP, MAGIC(0, "HELO "), NULL, {0}},
	{PROTO_ftp, TCP, MAGIC(0, "USER "), NULL, {21, 2121}},
	{PROTO_redis, TCP, MAGIC(0, "*"), guess_redis, {0}},
	{PROTO_redis, TCP, ANY_BYTES, guess_is_text, {6379}},
	{PROTO_memcached, TCP, ANY_BYTES, guess_memcached_text, {11211}},
	{PROTO_memcached, UDP, ANY_BYTES, guess_memcached_udp, {11211}},
	{PROTO_telnet, TCP, MAGIC(0, "\xff"), guess_telnet, {0}},
	{PROTO_telnet, TCP, ANY_BYTES, guess_is_text, {23, 2323}},
	{PROTO_wsd, UDP, MAGIC(0, "<"), guess_wsd, {0}},
	{PROTO_syslog, BOTH, MAGIC(0, "<"), guess_syslog, {514}},
	{PROTO_db2, UDP, MAGIC(0, "DB2GETADDR"), NULL, {0}},
	/* a run of bytes that nothing else begins with */
	{PROTO_smb, TCP, MAGIC(4, "\xffSMB"), NULL, {0}},
	{PROTO_smb, TCP, MAGIC(4, "\xfeSMB"), NULL, {0}},
	{PROTO_smb, TCP, MAGIC(4, "\xfdSMB"), NULL, {0}},
	{PROTO_bittorrent, TCP,
		MAGIC(0, "\x13"
			 "BitTorrent protocol"),
		NULL, {0}},
	{PROTO_bitcoin, TCP, MAGIC(0, "\xf9\xbe\xb4\xd9"), NULL, {0}},
	{PROTO_pptp, TCP, MAGIC(4, "\x1a\x2b\x3c\x4d"), NULL, {0}},
	{PROTO_smartinstall, TCP, MAGIC(0, "\0\0\0\1\0\0\0\1\0\0\0\4"), NULL, {0}},
	{PROTO_stun, BOTH, MAGIC(4, "\x21\x12\xa4\x42"), NULL, {0}},
	{PROTO_game, UDP, MAGIC(0, "\xff\xff\xff\xff"), NULL, {0}},
	{PROTO_dtls, UDP, MAGIC(0, "\x16\xfe"), NULL, {0}},
	{PROTO_dtls, UDP, MAGIC(0, "\x16\x01\0"), NULL, {443, 4433}},
	{PROTO_rmcp, UDP, MAGIC(0, "\x06\0\xff"), NULL, {0}},
	{PROTO_knx, UDP, MAGIC(0, "\x06\x10\x02"), NULL, {0}},
	{PROTO_dcerpc, TCP, MAGIC(0, "\5\0\013\003"), NULL, {0}},
	{PROTO_messenger, UDP, MAGIC(24, "\xf8\x91\x7b\x5a\0\xff\xd0\x11"), NULL, {0}},
	{PROTO_iec104, TCP, MAGIC(0, "\x68\x04"), NULL, {2404}},
	{PROTO_dnp3, BOTH, MAGIC(0, "\x05\x64"), NULL, {20000, 19999}},
	{PROTO_x11, TCP, MAGIC(0, "l\0\013\0"), NULL, {0}},
	{PROTO_x11, TCP, MAGIC(0, "B\0\0\013"), NULL, {0}},
	{PROTO_codesys, UDP, MAGIC(0, "\xc5"), NULL, {1740, 1741, 1742, 1743}},
	{PROTO_netbios, TCP, MAGIC(0, "\x81\0"), NULL, {139}},
	/* fields that fit together */
	{PROTO_tls, TCP, ANY_BYTES, guess_tls, {0}}, {PROTO_tls, TCP, ANY_BYTES, guess_sslv2, {0}},
	{PROTO_rdp, TCP, MAGIC(0, "\3\0"), guess_rdp, {0}},
	{PROTO_s7, TCP, MAGIC(0, "\3\0"), guess_s7, {0}},
	{PROTO_mqtt, TCP, MAGIC(0, "\x10"), guess_mqtt, {0}},
	{PROTO_snmp, BOTH, MAGIC(0, "\x30"), guess_snmp, {0}},
	{PROTO_ldap, BOTH, MAGIC(0, "\x30"), guess_ldap, {0}},
	{PROTO_bacnet, UDP, MAGIC(0, "\x81"), guess_bacnet, {0}},
	{PROTO_dns, UDP, ANY_BYTES, guess_dns_udp, {0}},
	{PROTO_dns, TCP, ANY_BYTES, guess_dns_tcp, {0}},
	{PROTO_rpc, UDP, ANY_BYTES, guess_rpc_udp, {0}},
	{PROTO_rpc, TCP, MAGIC(0, "\x80"), guess_rpc_tcp, {0}},
	{PROTO_tftp, UDP, MAGIC(0, "\0"), guess_tftp, {0}},
	{PROTO_dhcp, UDP, ANY_BYTES, guess_dhcp, {0}},
	{PROTO_wireguard, UDP, ANY_BYTES, guess_wireguard, {0}},
	{PROTO_ntp, UDP, ANY_BYTES, guess_ntp, {123}}, {PROTO_ike, UDP, ANY_BYTES, guess_ike, {0}},
	{PROTO_quic, UDP, ANY_BYTES, guess_quic, {0}},
	{PROTO_bittorrent, UDP, ANY_BYTES, guess_bittorrent_udp, {0}},
	{PROTO_socks, TCP, MAGIC(0, "\4"), guess_socks4, {0}},
	{PROTO_socks, TCP, MAGIC(0, "\5"), guess_socks5, {0}},
	{PROTO_pgsql, TCP, MAGIC(0, "\0\0"), guess_pgsql, {0}},
	{PROTO_mongodb, TCP, ANY_BYTES, guess_mongodb, {0}},
	{PROTO_enip, BOTH, ANY_BYTES, guess_enip, {0}},
	{PROTO_tds, TCP, MAGIC(0, "\x12\1"), guess_tds, {0}},
	/* what only the port makes likely */
	{PROTO_tds, TCP, ANY_BYTES, guess_tds, {1433, 1434}},
	{PROTO_modbus, TCP, ANY_BYTES, guess_modbus, {502, 503, 802}},
	{PROTO_oracle, TCP, ANY_BYTES, guess_oracle, {1521, 1522, 1526}},
	{PROTO_coap, UDP, ANY_BYTES, guess_coap, {5683, 5684}},
	{PROTO_radius, UDP, ANY_BYTES, guess_radius, {1645, 1646, 1812, 1813}},
	{PROTO_l2tp, UDP, MAGIC(0, "\xc8\002"), NULL, {1701}},
	{PROTO_openvpn, UDP, ANY_BYTES, guess_openvpn_udp, {1194, 1195, 443, 53}},
	{PROTO_openvpn, TCP, ANY_BYTES, guess_openvpn_tcp, {1194, 1195, 443, 992}},
	{PROTO_gtp, UDP, MAGIC(0, "\x32"), NULL, {2123, 2152, 3386}},
	{PROTO_mssql, UDP, ANY_BYTES, guess_mssql, {1434}},
	{PROTO_slp, UDP, ANY_BYTES, guess_slp, {427}},
	{PROTO_rip, UDP, MAGIC(2, "\0\0"), NULL, {520}},
	{PROTO_natpmp, UDP, ANY_BYTES, NULL, {5350, 5351}},
	{PROTO_xdmcp, UDP, MAGIC(0, "\0\1"), NULL, {177}},
	{PROTO_netis, UDP, ANY_BYTES, NULL, {53413}},
	{PROTO_ubiquiti, UDP, MAGIC(1, "\0"), NULL, {10001}},
	{PROTO_ard, UDP, MAGIC(0, "\0\x14\0"), NULL, {3283}},
	{PROTO_netbios, UDP, ANY_BYTES, NULL, {138}},
	{PROTO_dns, UDP, ANY_BYTES, NULL,
		{53, 137, 5353, 5355}}, /* what a server there gets, however broken */
};

static bool has_port(const struct form *f, uint16_t sport, uint16_t dport)
{
	if (f->ports[0] == 0)
		return true;
	for (size_t i = 0; i < FORM_PORTS && f->ports[i]; i++)
		if (f->ports[i] == sport || f->ports[i] == dport)
			return true;
	return false;
}

/* The first byte alone sends nearly all away. */
static bool has_magic(const struct form *f, struct bytes b)
{
	return b.len >= (size_t)f->at + f->len && b.data[f->at] == (uint8_t)f->magic[0] &&
	       memcmp(b.data + f->at, f->magic, f->len) == 0;
}

enum proto proto_guess(uint8_t ip_protocol, uint16_t sport, uint16_t dport, struct bytes payload)
{
	uint8_t transport = ip_protocol == IP_TCP ? TCP : ip_protocol == IP_UDP ? UDP : 0;

	if (payload.len == 0)
		return PROTO_none;
	for (size_t i = 0; transport && i < ARRAY_SIZE(forms); i++) {
		const struct form *f = &forms[i];

		if (f->transports & transport && (f->len == 0 || has_magic(f, payload)) &&
			has_port(f, sport, dport) && (!f->is || f->is(payload)))
			return f->proto;
	}
	return guess_is_text(payload) ? PROTO_text : PROTO_binary;
}

static const struct {
	const char *name, *title;
} words[PROTO_COUNT] = {
#define X(id, name, title) {name, title},
	PROTOS(X)
#undef X
};

const char *proto_name(enum proto p)
{
	return words[p].name;
}

const char *proto_title(enum proto p)
{
	return words[p].title;
}

bool proto_by_name(struct bytes name, enum proto *ret)
{
	for (int i = 0; i < PROTO_COUNT; i++)
		if (bytes_are_nocase(name, words[i].name)) {
			*ret = (enum proto)i;
			return true;
		}
	return false;
}
