/* A frame as it was captured. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Link types as the pcap and pcapng files number them (LINKTYPE_*, www.tcpdump.org/linktypes.html). */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_RAW_12 = 12, /* DLT_RAW as some systems write it */
	LINK_RAW_14 = 14,
	LINK_PPP_HDLC = 50,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,
};

struct frame {
	int64_t ts_ns;       /* since the epoch */
	const uint8_t *data; /* cap_len bytes; lives as long as the batch */
	uint32_t cap_len;
	uint32_t wire_len;   /* 0 when the file does not say (pcapng simple packets do) */
	uint32_t odds;       /* what the reader found, ODD_BIT(...) */
	uint16_t link_type;
	bool checksum_open;  /* from a ring: the sender left the transport's checksum to its hardware, it means nothing */
};

enum { FRAME_BATCH = 1024 };
struct frame_batch {
	size_t count;
	struct frame frames[FRAME_BATCH];
};
