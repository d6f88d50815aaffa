/* What application protocol a payload is of, by its bytes; ports only decide between what the bytes
 * leave open. Total and without state: the same payload always gives the same answer. */
#pragma once

#include "base/bytes.h"

/* Name here, name in rules and answers (Suricata's where it has one), title in summaries. */
#define PROTOS(X)                                                                                  \
	X(none, "none", "")                                                                        \
	X(text, "text", "text")                                                                    \
	X(binary, "binary", "binary")                                                              \
	X(dns, "dns", "DNS")                                                                       \
	X(http, "http", "HTTP")                                                                    \
	X(tls, "tls", "TLS")                                                                       \
	X(dtls, "dtls", "DTLS")                                                                    \
	X(quic, "quic", "QUIC")                                                                    \
	X(ssh, "ssh", "SSH")                                                                       \
	X(sip, "sip", "SIP")                                                                       \
	X(rtsp, "rtsp", "RTSP")                                                                    \
	X(ssdp, "ssdp", "SSDP")                                                                    \
	X(snmp, "snmp", "SNMP")                                                                    \
	X(ntp, "ntp", "NTP")                                                                       \
	X(smb, "smb", "SMB")                                                                       \
	X(netbios, "netbios", "NetBIOS")                                                           \
	X(dcerpc, "dcerpc", "DCE/RPC")                                                             \
	X(rdp, "rdp", "RDP")                                                                       \
	X(rfb, "rfb", "VNC")                                                                       \
	X(x11, "x11", "X11")                                                                       \
	X(telnet, "telnet", "Telnet")                                                              \
	X(smtp, "smtp", "SMTP")                                                                    \
	X(ftp, "ftp", "FTP")                                                                       \
	X(ldap, "ldap", "LDAP")                                                                    \
	X(memcached, "memcached", "memcached")                                                     \
	X(redis, "redis", "Redis")                                                                 \
	X(mssql, "mssql", "MS-SQL browser")                                                        \
	X(tds, "tds", "MS-SQL TDS")                                                                \
	X(pgsql, "pgsql", "PostgreSQL")                                                            \
	X(mongodb, "mongodb", "MongoDB")                                                           \
	X(oracle, "oracle", "Oracle TNS")                                                          \
	X(mqtt, "mqtt", "MQTT")                                                                    \
	X(amqp, "amqp", "AMQP")                                                                    \
	X(coap, "coap", "CoAP")                                                                    \
	X(modbus, "modbus", "Modbus")                                                              \
	X(s7, "s7", "S7/COTP")                                                                     \
	X(dnp3, "dnp3", "DNP3")                                                                    \
	X(enip, "enip", "EtherNet/IP")                                                             \
	X(bacnet, "bacnet", "BACnet")                                                              \
	X(knx, "knx", "KNXnet/IP")                                                                 \
	X(iec104, "iec104", "IEC 104")                                                             \
	X(fox, "fox", "Niagara Fox")                                                               \
	X(opcua, "opcua", "OPC UA")                                                                \
	X(fins, "fins", "Omron FINS")                                                              \
	X(guardian, "guardian", "Guardian AST")                                                    \
	X(codesys, "codesys", "CODESYS")                                                           \
	X(socks, "socks", "SOCKS")                                                                 \
	X(adb, "adb", "ADB")                                                                       \
	X(rpc, "rpc", "RPC")                                                                       \
	X(tftp, "tftp", "TFTP")                                                                    \
	X(dhcp, "dhcp", "DHCP")                                                                    \
	X(syslog, "syslog", "syslog")                                                              \
	X(radius, "radius", "RADIUS")                                                              \
	X(stun, "stun", "STUN")                                                                    \
	X(ike, "ike", "IKE")                                                                       \
	X(l2tp, "l2tp", "L2TP")                                                                    \
	X(pptp, "pptp", "PPTP")                                                                    \
	X(openvpn, "openvpn", "OpenVPN")                                                           \
	X(wireguard, "wireguard", "WireGuard")                                                     \
	X(gtp, "gtp", "GTP")                                                                       \
	X(slp, "slp", "SLP")                                                                       \
	X(rip, "rip", "RIP")                                                                       \
	X(rmcp, "rmcp", "IPMI/RMCP")                                                               \
	X(natpmp, "natpmp", "NAT-PMP")                                                             \
	X(xdmcp, "xdmcp", "XDMCP")                                                                 \
	X(wsd, "wsd", "WS-Discovery")                                                              \
	X(game, "game", "game query")                                                              \
	X(netis, "netis", "Netis")                                                                 \
	X(bittorrent, "bittorrent-dht", "BitTorrent")                                              \
	X(bitcoin, "bitcoin", "Bitcoin")                                                           \
	X(rmi, "rmi", "Java RMI")                                                                  \
	X(rsync, "rsync", "rsync")                                                                 \
	X(git, "git", "git")                                                                       \
	X(smartinstall, "smartinstall", "Cisco Smart Install")                                     \
	X(ubiquiti, "ubiquiti", "Ubiquiti discovery")                                              \
	X(ard, "ard", "Apple Remote Desktop")                                                      \
	X(db2, "db2", "DB2 discovery")                                                             \
	X(messenger, "messenger", "Windows Messenger")

enum proto {
#define X(id, name, title) PROTO_##id,
	PROTOS(X)
#undef X
		PROTO_COUNT,
};

/* ip_protocol: 6 TCP, 17 UDP; all others can be text or binary only. An empty payload is none. */
enum proto proto_guess(uint8_t ip_protocol, uint16_t sport, uint16_t dport, struct bytes payload);
/* "http" */
const char *proto_name(enum proto p);
/* "HTTP" */
const char *proto_title(enum proto p);
/* False: no protocol has this name. */
bool proto_by_name(struct bytes name, enum proto *ret);
