/* Bytes of any link type to a packet. Total, no state, no allocation. */
#pragma once

#include "capture/frame.h"
#include "capture/oddity.h"
#include "decode/addr.h"

#include <stdbool.h>

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPIP = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_GRE = 47,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_SCTP = 132,
};

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

enum fragment { FRAGMENT_NONE, FRAGMENT_FIRST, FRAGMENT_LATER };

/* The head of the packet that an ICMP error quotes. */
struct quote {
	struct addr src, dst;
	uint16_t sport, dport; /* 0 when cut off; ICMP: dport is the type */
	uint8_t protocol;
	bool present;          /* addresses and protocol could be read */
};

struct packet {
	int64_t ts_ns;
	struct addr src, dst;
	uint32_t odds;             /* ODD_BIT(...), the reader's among them */
	bool is_ip;                /* false: no IP packet (ARP, a link type without IP, or too damaged to have addresses) */
	uint8_t version;           /* 4 or 6 */
	uint8_t ttl;               /* IPv6: hop limit */
	uint8_t protocol;          /* after IPv6 extension headers */
	uint8_t tos;
	enum fragment fragment;
	bool dont_fragment;
	uint16_t ip_id;            /* IPv4 */
	uint32_t length;           /* of the IP packet with its header, as IP says (or the jumbo option, or the frame where IP says 0) */

	uint16_t sport, dport;     /* TCP, UDP, SCTP; 0 when there are none */
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id, icmp_seq; /* of echo */

	uint32_t tcp_seq, tcp_ack;
	uint16_t tcp_window;       /* as written, unscaled */
	uint8_t tcp_flags;
	uint8_t tcp_header_len;    /* bytes, as the data offset says */
	const uint8_t *tcp_options; /* the captured ones */
	uint8_t tcp_options_len;
	uint16_t tcp_mss;          /* 0 when absent */
	int8_t tcp_wscale;         /* -1 when absent */

	const uint8_t *payload;    /* after the transport header (TCP, UDP, ICMP echo data, ICMP quote), else after IP */
	uint32_t payload_len;      /* bytes captured, never beyond the IP length: trailers of the link are no payload */
	uint32_t payload_wire_len; /* bytes there were, by the IP length, or by UDP's where that is shorter */
	const uint8_t *ip;         /* first byte of the IP header that was decoded, and how many bytes of it were captured */
	uint32_t ip_captured;
	uint8_t tunnels;           /* how many tunnel headers were looked through */
	struct quote quote;        /* of ICMP errors */
};

/* Reads one frame. Total: any bytes of any length give a packet; what could not be read stays 0 and has its bit in odds.
 * Points into frame and lives as long as it does. With look_through, IP-in-IP, GRE, VXLAN (UDP 4789), ERSPAN, Teredo
 * (UDP 3544) and 6in4 give the innermost packet (at most 4 deep); otherwise the outer one. */
void decode_frame(const struct frame *frame, bool look_through, struct packet *ret);

/* "TCP", "UDP", "ICMP", "ICMPv6", "GRE", "SCTP" ... as in service names; protocols without a name of ours: "proto-253". */
const char *protocol_name(uint8_t protocol);
/* The number of such a name, any case; -1 when there is none. */
int protocol_number(const char *name);
