/* What bytes a protocol is known by, where a fixed run of them does not tell. Each is total. */
#pragma once

#include "base/bytes.h"

/* The first line names this version as its last word: "SIP/", "RTSP/", "HTTP/". */
bool guess_line_ends(struct bytes b, const char *version);
/* Printable ASCII, tabs and line ends only, as far as the first 128 bytes say. */
bool guess_is_text(struct bytes b);

bool guess_http(struct bytes b);
bool guess_sip(struct bytes b);
bool guess_rtsp(struct bytes b);
bool guess_ssdp(struct bytes b);
bool guess_telnet(struct bytes b);
bool guess_redis(struct bytes b);
bool guess_memcached_text(struct bytes b);
bool guess_memcached_udp(struct bytes b);
bool guess_syslog(struct bytes b);
bool guess_wsd(struct bytes b);
bool guess_tls(struct bytes b);
bool guess_sslv2(struct bytes b);
bool guess_quic(struct bytes b);
bool guess_dns_udp(struct bytes b);
bool guess_dns_tcp(struct bytes b);
bool guess_snmp(struct bytes b);
bool guess_ldap(struct bytes b);
bool guess_ntp(struct bytes b);
bool guess_rdp(struct bytes b);
bool guess_s7(struct bytes b);
bool guess_socks4(struct bytes b);
bool guess_socks5(struct bytes b);
bool guess_mqtt(struct bytes b);
bool guess_modbus(struct bytes b);
bool guess_bacnet(struct bytes b);
bool guess_ike(struct bytes b);
bool guess_coap(struct bytes b);
bool guess_rpc_udp(struct bytes b);
bool guess_rpc_tcp(struct bytes b);
bool guess_tftp(struct bytes b);
bool guess_dhcp(struct bytes b);
bool guess_radius(struct bytes b);
bool guess_openvpn_udp(struct bytes b);
bool guess_openvpn_tcp(struct bytes b);
bool guess_wireguard(struct bytes b);
bool guess_tds(struct bytes b);
bool guess_mssql(struct bytes b);
bool guess_pgsql(struct bytes b);
bool guess_mongodb(struct bytes b);
bool guess_bittorrent_udp(struct bytes b);
bool guess_enip(struct bytes b);
bool guess_oracle(struct bytes b);
bool guess_slp(struct bytes b);
