/* The buffers of the language in one table: sticky name, legacy content modifier, where they come from. */
#pragma once

#include "base/bytes.h"
#include "proto/http.h"
#include "proto/sip.h"

#include <stdbool.h>

enum buffer_home {
	HOME_PAYLOAD, /* unit.data */
	HOME_HEADER,  /* raw headers of the packet */
	HOME_HTTP, HOME_DNS, HOME_TLS, HOME_SSH, HOME_SIP, HOME_SNMP,
	HOME_BASE64,  /* what base64_decode made */
};

/* Beside HTTP_BUFFERS and SIP_BUFFERS. X(id, sticky name, older sticky name or "", home, several instances) */
#define BUFFERS(X)                                                                                 \
	X(payload, "pkt_data", "", HOME_PAYLOAD, false) \
	X(base64, "base64_data", "", HOME_BASE64, false) \
	X(ipv4_hdr, "ipv4.hdr", "", HOME_HEADER, false) \
	X(ipv6_hdr, "ipv6.hdr", "", HOME_HEADER, false) \
	X(tcp_hdr, "tcp.hdr", "", HOME_HEADER, false) \
	X(udp_hdr, "udp.hdr", "", HOME_HEADER, false) \
	X(icmpv4_hdr, "icmpv4.hdr", "", HOME_HEADER, false) \
	X(icmpv6_hdr, "icmpv6.hdr", "", HOME_HEADER, false) \
	X(http_request_header, "http.request_header", "", HOME_HTTP, true) \
	X(dns_query, "dns.query", "dns_query", HOME_DNS, true) \
	X(dns_queries_rrname, "dns.queries.rrname", "", HOME_DNS, true) \
	X(dns_answers_rrname, "dns.answers.rrname", "", HOME_DNS, true) \
	X(dns_authorities_rrname, "dns.authorities.rrname", "", HOME_DNS, true) \
	X(dns_additionals_rrname, "dns.additionals.rrname", "", HOME_DNS, true) \
	X(tls_sni, "tls.sni", "tls_sni", HOME_TLS, false) \
	X(tls_alpn, "tls.alpn", "", HOME_TLS, true) \
	X(ja3_hash, "ja3.hash", "ja3_hash", HOME_TLS, false) \
	X(ja3_string, "ja3.string", "ja3_string", HOME_TLS, false) \
	X(ja4_hash, "ja4.hash", "", HOME_TLS, false) \
	X(ssh_proto, "ssh.proto", "ssh_proto", HOME_SSH, false) \
	X(ssh_software, "ssh.software", "ssh_software", HOME_SSH, false) \
	X(snmp_community, "snmp.community", "", HOME_SNMP, false) \
	X(snmp_usm, "snmp.usm", "", HOME_SNMP, false)

enum buffer {
#define X(name, ...) BUFFER_http_##name,
	HTTP_BUFFERS(X)
#undef X
#define X(name, ...) BUFFER_sip_##name,
	SIP_BUFFERS(X)
#undef X
#define X(id, ...) BUFFER_##id,
	BUFFERS(X)
#undef X
		BUFFER_COUNT,
};

struct buffer_kind {
	const char *name;
	const char *older; /* "" or another name: sticky too, or of a modifier */
	bool older_is_modifier;
	enum buffer_home home;
	bool several;
};

extern const struct buffer_kind buffer_kinds[BUFFER_COUNT];

/* The buffer of a sticky name, or of a legacy modifier; -1 when there is none. */
int buffer_of_name(const char *name);
int buffer_of_modifier(const char *name);
/* Filled from an application protocol, so once per transaction. */
bool buffer_is_app(enum buffer buffer);
