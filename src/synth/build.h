/* Headers and payload to the bytes of a frame, with correct lengths and checksums. */
#pragma once

#include "capture/frame.h"
#include "decode/decode.h"

enum { BUILD_FRAME_MAX = 2048 };

/* A packet to be. Host byte order. Source and destination are of one family. */
struct build {
	uint16_t link_type; /* LINK_ETHERNET (padded to 60 bytes), LINK_RAW or LINK_LINUX_SLL */
	struct addr src, dst;
	uint8_t protocol, ttl, tos;
	uint16_t ip_id;		  /* IPv4 */
	bool dont_fragment;	  /* IPv4 */
	uint16_t fragment_offset; /* IPv4, bytes, a multiple of 8: then only the payload follows the
				     IP header */

	uint16_t sport, dport; /* TCP, UDP */
	uint32_t seq, ack;
	uint16_t window;
	uint8_t tcp_flags;
	const uint8_t *options; /* of TCP: a multiple of 4, at most 40 bytes */
	size_t options_len;
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id, icmp_seq;

	const uint8_t *payload;
	size_t payload_len;
};

/* Writes the frame; returns its length, 0 when it would be longer than BUILD_FRAME_MAX. */
size_t build_frame(const struct build *b, uint8_t out[BUILD_FRAME_MAX]);
/* Only the IP packet, not longer than size: what an ICMP error quotes. Returns the bytes written. */
size_t build_quote(const struct build *b, uint8_t *out, size_t size);
/* An ARP request (who has target? tell asker), 60 bytes. Ethernet. */
size_t build_arp(uint32_t asker, uint32_t target, uint8_t out[BUILD_FRAME_MAX]);
/* Bytes of the link header. */
size_t build_link_header_len(uint16_t link_type);
