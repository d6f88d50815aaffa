#include "proto/summary_parts.h"

#include "base/text.h"

enum { FIELD_MAX = 120, HEX_MAX = 16 };

void say_bytes(struct say *s, struct bytes b)
{
	buf_terminal_bytes(s->out, b.data, b.len < FIELD_MAX ? b.len : FIELD_MAX);
	if (b.len > FIELD_MAX)
		buf_text(s->out, "...");
}

void say_if(struct say *s, const char *before, struct bytes b)
{
	if (b.len == 0)
		return;
	buf_text(s->out, before);
	say_bytes(s, b);
}

void say_line(struct say *s)
{
	size_t begin = 0, end;

	while (begin < s->b.len && (s->b.data[begin] == '\r' || s->b.data[begin] == '\n'))
		begin++;
	end = bytes_find(s->b, begin, '\n');
	if (end > begin && s->b.data[end - 1] == '\r')
		end--;
	say_if(s, " ", bytes_part(s->b, begin, end));
}

void say_name(struct say *s, const char *name, unsigned number)
{
	if (name)
		buf_printf(s->out, " %s", name);
	else
		buf_printf(s->out, " operation %u", number);
}

void say_binary(struct say *s)
{
	buf_printf(s->out, TR(", %zu bytes: ", "、%zu バイト: "), s->b.len);
	for (size_t i = 0; i < s->b.len && i < HEX_MAX; i++)
		buf_printf(s->out, "%02x", s->b.data[i]);
	if (s->b.len > HEX_MAX)
		buf_text(s->out, "...");
}

/* What is said behind the title; for all others the title is all there is. */
static void (*const sayings[PROTO_COUNT])(struct say *s) = {
	[PROTO_text] = say_line,
	[PROTO_binary] = say_binary,
	[PROTO_dns] = say_dns,
	[PROTO_http] = say_http,
	[PROTO_tls] = say_tls,
	[PROTO_quic] = say_quic,
	[PROTO_ssh] = say_ssh,
	[PROTO_sip] = say_sip,
	[PROTO_rtsp] = say_line,
	[PROTO_ssdp] = say_ssdp,
	[PROTO_snmp] = say_snmp,
	[PROTO_ntp] = say_ntp,
	[PROTO_smb] = say_smb,
	[PROTO_rdp] = say_rdp,
	[PROTO_rfb] = say_line,
	[PROTO_telnet] = say_line,
	[PROTO_smtp] = say_line,
	[PROTO_ftp] = say_line,
	[PROTO_ldap] = say_ldap,
	[PROTO_memcached] = say_memcached,
	[PROTO_redis] = say_redis,
	[PROTO_mssql] = say_mssql,
	[PROTO_tds] = say_tds,
	[PROTO_mqtt] = say_mqtt,
	[PROTO_coap] = say_coap,
	[PROTO_modbus] = say_modbus,
	[PROTO_s7] = say_s7,
	[PROTO_bacnet] = say_bacnet,
	[PROTO_fox] = say_line,
	[PROTO_socks] = say_socks,
	[PROTO_adb] = say_adb,
	[PROTO_rpc] = say_rpc,
	[PROTO_tftp] = say_tftp,
	[PROTO_syslog] = say_line,
	[PROTO_stun] = say_stun,
	[PROTO_ike] = say_ike,
	[PROTO_l2tp] = say_l2tp,
	[PROTO_openvpn] = say_openvpn,
	[PROTO_wireguard] = say_wireguard,
	[PROTO_netis] = say_netis,
	[PROTO_bittorrent] = say_bittorrent,
};

void proto_summary(const struct proto_payload *p, struct scratch *scratch, struct buf *out)
{
	enum proto proto = proto_guess(p->ip_protocol, p->sport, p->dport, p->bytes);
	struct say s = {.payload = p, .b = p->bytes, .scratch = scratch, .out = out};
	size_t used = scratch->used;

	if (proto == PROTO_none)
		return;
	if (proto == PROTO_text)
		buf_text(out, TR("text", "テキスト"));
	else if (proto == PROTO_binary)
		buf_text(out, TR("binary", "バイナリー"));
	else
		buf_text(out, proto_title(proto));
	if (sayings[proto])
		sayings[proto](&s);
	scratch->used = used;
}
