/* What the files of the summaries share. */
#pragma once

#include "base/cur.h"
#include "proto/summary.h"

struct say {
	const struct proto_payload *payload;
	struct bytes b; /* payload->bytes */
	struct scratch *scratch;
	struct buf *out;
};

/* At most 120 bytes of b, escaped; "..." where more was. */
void say_bytes(struct say *s, struct bytes b);
/* before, then the bytes as above; nothing when there are none. */
void say_if(struct say *s, const char *before, struct bytes b);
/* The first line of the payload. */
void say_line(struct say *s);
/* "name", or "operation N" when name is NULL. */
void say_name(struct say *s, const char *name, unsigned number);

static inline bool say_is_udp(const struct say *s)
{
	return s->payload->ip_protocol == 17;
}

void say_http(struct say *s);
void say_sip(struct say *s);
void say_ssdp(struct say *s);
void say_ssh(struct say *s);
void say_redis(struct say *s);
void say_memcached(struct say *s);
void say_dns(struct say *s);
void say_tls(struct say *s);
void say_snmp(struct say *s);
void say_ntp(struct say *s);
void say_smb(struct say *s);
void say_rdp(struct say *s);
void say_ldap(struct say *s);
void say_mqtt(struct say *s);
void say_modbus(struct say *s);
void say_s7(struct say *s);
void say_bacnet(struct say *s);
void say_socks(struct say *s);
void say_adb(struct say *s);
void say_quic(struct say *s);
void say_ike(struct say *s);
void say_stun(struct say *s);
void say_coap(struct say *s);
void say_rpc(struct say *s);
void say_tftp(struct say *s);
void say_l2tp(struct say *s);
void say_openvpn(struct say *s);
void say_wireguard(struct say *s);
void say_netis(struct say *s);
void say_bittorrent(struct say *s);
void say_mssql(struct say *s);
void say_tds(struct say *s);
void say_binary(struct say *s);
