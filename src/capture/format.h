/* What the readers of pcap and pcapng share with capture.c. Private to this folder. */
#pragma once

#include "capture/capture.h"
#include "capture/oddity.h"
#include "capture/window.h"

/* A longer frame is damage, not traffic: the largest that a kernel gives has 512 KiB (BIG TCP). */
enum { FRAME_BYTES_MAX = 16 << 20 };

/* How a timestamp of 64 bits becomes nanoseconds: ts * multiply >> shift / divide. */
struct clock {
	uint64_t multiply, divide;
	unsigned int shift;
};

struct interface {
	struct clock clock;
	int64_t offset_s;
	uint64_t received, if_dropped, os_dropped; /* as the last statistics block says */
	uint32_t snap_len;
	uint16_t link_type;
};

struct pcap {
	bool big_endian, nanoseconds;
	uint16_t link_type;
};

struct pcapng {
	bool big_endian;
	uint64_t skip;		      /* bytes of an uninteresting block that are still to come */
	uint32_t trailer;	      /* what its last four bytes must say; 0: no such block */
	struct interface *interfaces; /* of this section */
	size_t count, room;
};

struct capture {
	char *name; /* for messages */
	struct window window;
	const struct capture_format *format;
	size_t want; /* bytes that the next record needs in the window */
	struct pcap pcap;
	struct pcapng pcapng;
	int64_t last_ns; /* of the frame before; meaningful when stats.frames > 0 */
	struct capture_stats stats;
	struct err damage;
};

struct capture_format {
	const char *name;
	/* Is this the format? head has at least 4 bytes. */
	bool (*is)(const uint8_t *head);
	/* Reads the file's header, of which at least head_len bytes must be there, and leaves the
	 * window behind it. */
	int (*open)(struct capture *c, struct err *e);
	size_t head_len;
	/* Appends frames from the window until the batch is full or the window has no whole record
	 * more: then sets want; when the window has ended, gives the record that is cut off and
	 * sets stats.cut_off. An error must show again when it is called again. Sets ts_ns, data,
	 * cap_len, wire_len, link_type and the odds frame_truncated, time_invalid and (where there
	 * is no time) time_range; capture.c adds the others. */
	int (*parse)(struct capture *c, struct frame_batch *batch, struct err *e);
	void (*close)(struct capture *c); /* NULL when there is nothing to release */
};

extern const struct capture_format format_pcap, format_pcapng;

/* "NAME is damaged at byte N: HOW", N being where the window stands; returns -EBADMSG. */
int format_damaged(const struct capture *c, const char *how, struct err *e);
/* The line that says what a file is that is no capture; returns -EINVAL. */
int foreign_refuse(const char *name, const uint8_t *head, size_t len, struct err *e);

/* Integers in the byte order that the file has. */
static inline uint16_t order_u16(struct cur *c, bool big_endian)
{
	uint16_t value = cur_u16(c);

	return big_endian ? value : __builtin_bswap16(value);
}

static inline uint32_t order_u32(struct cur *c, bool big_endian)
{
	uint32_t value = cur_u32(c);

	return big_endian ? value : __builtin_bswap32(value);
}

static inline uint64_t order_u64(struct cur *c, bool big_endian)
{
	uint64_t value = cur_u64(c);

	return big_endian ? value : __builtin_bswap64(value);
}
