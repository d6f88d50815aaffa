/* A segment: what a sensor heard in at most a minute, as a zstd-compressed pcapng file that tcpdump, Wireshark and
 * `teiten import` read (docs/DESIGN.md). Its blocks, little-endian:
 *   section header · custom block: head · interface · packets (and custom blocks: checkpoints) · interface statistics
 *   · custom block: tail
 * Custom blocks have type 0xbad, the enterprise number 32473 and then
 *   8 bytes "teiten-" and what it is: H head, C checkpoint, T tail; u16 version; its fields as below.
 * Statistics are of this segment alone: ifrecv (heard), osdrop (lost before and in the ring, and given up by the spool),
 * usrdeliv (packets in it), start and end time: what was observed, whether anything came or not. */
#pragma once

#include "base/err.h"
#include "capture/blocks.h"
#include "capture/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	SEGMENT_VERSION = 1,
	SEGMENT_SENSOR_MAX = 64,
	SEGMENT_EPOCH = 16,
	SEGMENT_DIGEST = 32,
	SEGMENT_BOOT = 36,	   /* the text of a boot id */
	SEGMENT_GAPS_MAX = 64,
	SEGMENT_BYTES_MAX = 8 << 20, /* compressed */
	SEGMENT_RAW_MAX = 64 << 20,  /* decompressed */
	SEGMENT_EPOCH_TEXT = 2 * SEGMENT_EPOCH + 1,
	SEGMENT_DIGEST_TEXT = 2 * SEGMENT_DIGEST + 1,
};

/* Sums since the epoch began, or since the system did where it says so. New ones are added at the end: a reader takes
 * those it knows, and those that are missing as 0. X(name, English, Japanese) */
#define SEGMENT_COUNTERS(X)                                                                        \
	X(packets, "packets written into segments", "セグメントに書いたパケット")                  \
	X(bytes, "captured bytes of them", "そのバイト数")                                         \
	X(ring_heard, "packets that reached the ring, lost ones too", "リングに届いたパケット（失われたものを含む）") \
	X(ring_dropped, "packets lost because the ring was full", "リングがいっぱいで失われたパケット") \
	X(ring_freezes, "times that the ring was full", "リングがいっぱいになった回数")            \
	X(interface_received, "packets that the interface received (since it is there)",           \
		"インターフェースが受信したパケット（作成以来）")                                  \
	X(interface_dropped, "packets lost between interface and ring (since it is there; of all addresses)", \
		"インターフェースとリングの間で失われたパケット（作成以来、全アドレス）")          \
	X(interface_missed, "packets that the interface had no room for (since it is there)",      \
		"インターフェースが取りこぼしたパケット（作成以来）")                              \
	X(interface_errors, "damaged packets (since the interface is there)", "壊れたパケット（作成以来）") \
	X(softnet_dropped, "packets lost in the queues of all interfaces (since the system started)", \
		"全インターフェースのキューで失われたパケット（起動以来）")                        \
	X(softnet_squeezed, "times that the kernel had no time to empty them (since the system started)", \
		"カーネルがキューを空にしきれなかった回数（起動以来）")                            \
	X(checksum_open, "packets whose checksum the sender's hardware was to fill in",            \
		"チェックサムが未計算のまま届いたパケット")                                        \
	X(merged, "packets put together from several, not as they were on the wire",               \
		"複数が結合され、届いたままではないパケット")                        \
	X(policy_packets, "packets given up because the spool was full or old", "スプールの上限により捨てたパケット") \
	X(policy_bodies, "packets whose payload was given up, likewise", "同じく、ペイロードを捨てたパケット") \
	X(unwritten, "packets that could not be written to disk", "ディスクに書けなかったパケット")                   \
	X(answers, "answers of the sensor itself that the ring heard", "リングに届いた、センサー自身の応答")

enum segment_counter {
#define X(name, en, ja) COUNTER_##name,
	SEGMENT_COUNTERS(X)
#undef X
	SEGMENT_COUNTER_COUNT
};

/* "ring_dropped" */
const char *segment_counter_name(enum segment_counter counter);
/* In the language of messages. */
const char *segment_counter_text(enum segment_counter counter);

/* What the clocks said at one moment, and how the system judges the first (adjtimex). */
struct segment_clock {
	int64_t real_ns, monotonic_ns, boot_ns;
	int64_t max_error_us;
	uint32_t state;	 /* TIME_OK ..., TIME_ERROR: not synchronised */
	uint32_t status; /* STA_... */
};

struct segment_head {
	char sensor[SEGMENT_SENSOR_MAX + 1];
	uint8_t epoch[SEGMENT_EPOCH]; /* random, of each start */
	uint64_t sequence;	      /* from 0 in an epoch */
	uint8_t previous[SEGMENT_DIGEST]; /* SHA-256 of the segment before it as it was sealed; zeros: none in this epoch */
	char boot_id[SEGMENT_BOOT + 1];
	struct segment_clock clock; /* when it began */
	uint64_t counters[SEGMENT_COUNTER_COUNT];
};

enum segment_gap_reason { GAP_SPOOL_FULL = 1, GAP_SPOOL_OLD = 2, GAP_DISK_FULL = 3 };

/* Packets that were heard and given up at the post: those of the segments first to last of this epoch, which will never
 * come (this segment itself among them when last is its own sequence: then it has counters and no packets). */
struct segment_gap {
	uint64_t first, last;
	int64_t from_ns, to_ns;
	uint64_t packets, bytes;
	uint16_t reason; /* enum segment_gap_reason */
};

enum segment_flag {
	SEGMENT_FINAL = 1,    /* the last of its epoch: the sensor ended in order */
	SEGMENT_REPAIRED = 2, /* was torn by a crash: its end is the last whole block, counters are the last known */
	SEGMENT_BODIES_CUT = 4,
	SEGMENT_EMPTIED = 8,  /* packets were given up: see gaps */
};

struct segment_tail {
	struct segment_clock clock; /* when it ended */
	uint64_t counters[SEGMENT_COUNTER_COUNT];
	uint64_t packets, bytes; /* in it */
	uint64_t heard, lost;	 /* in its time: by the ring, given up ones too; before and in the ring */
	uint64_t given_up;	 /* of its own packets, by policy; not in packets */
	uint64_t bodies_cut;
	uint8_t original[SEGMENT_DIGEST]; /* as it was sealed, when it was reduced since; else zeros */
	uint32_t flags;			  /* enum segment_flag */
	uint16_t gap_count;
	struct segment_gap gaps[SEGMENT_GAPS_MAX];
};

struct segment_info {
	struct segment_head head;
	struct segment_tail tail; /* of the last checkpoint when has_tail is false; zeros when there is none */
	bool has_tail;
	uint16_t link_type;
	uint32_t snap_len;
	uint64_t packets, bytes; /* counted */
	int64_t first_ns, last_ns; /* of its packets; 0 when there is none */
	size_t whole;		 /* bytes of whole blocks before statistics and tail */
};

/* --- writing: into memory of the caller --- */

/* What segment_end() needs at most, to be kept free of out->size while adding. */
enum { SEGMENT_END_MAX = 512 + 8 * 2 * SEGMENT_COUNTER_COUNT + 48 * SEGMENT_GAPS_MAX };

void segment_begin(struct blocks *out, const struct segment_head *head, uint16_t link_type,
	uint32_t snap_len, const char *interface);
/* The digest of the segment before may be known later: sets it in head and in what segment_begin() wrote. */
void segment_set_previous(struct segment_head *head, uint8_t *data, size_t len, const uint8_t digest[SEGMENT_DIGEST]);
/* False when it does not fit before out->size - SEGMENT_END_MAX: nothing was added then. No allocation. */
static inline bool segment_add(struct blocks *out, const struct frame *frame)
{
	if (out->len + blocks_packet_len(frame->cap_len) + SEGMENT_END_MAX > out->size)
		return false;
	blocks_packet_head(out, 0, frame);
	blocks_put(out, frame->data, frame->cap_len);
	blocks_packet_tail(out, frame->cap_len);
	return true;
}
/* So that a crash loses no counts: at most one a second, and only when losses changed. Does not count against the end. */
bool segment_checkpoint(struct blocks *out, const struct segment_tail *tail);
void segment_end(struct blocks *out, const struct segment_head *head, const struct segment_tail *tail);

/* Compresses a segment as a frame that says its size, with a checksum. *ret is owned by the caller. */
int segment_pack(const struct blocks *raw, uint8_t **ret, size_t *ret_len,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e) MUST_USE;

/* --- reading: any bytes --- */

/* One frame of zstd that says its size, at most SEGMENT_RAW_MAX, and nothing behind it. *ret is owned by the caller. */
int segment_unpack(const void *packed, size_t len, uint8_t **ret, size_t *ret_len, struct err *e) MUST_USE;
/* Looks at all blocks. -EBADMSG when it is no segment, or not whole, with what is wrong and where. */
int segment_parse(const uint8_t *raw, size_t len, struct segment_info *ret, struct err *e) MUST_USE;
/* The same of what a crash left: as far as it is whole. -EBADMSG when not even head and interface are there. */
int segment_parse_torn(
	const uint8_t *raw, size_t len, struct segment_info *ret, struct err *e) MUST_USE;
/* The next packet of what was parsed, from *at (0 at first) on; false at the end. Sets neither link type nor odds. */
bool segment_next(const uint8_t *raw, size_t len, size_t *at, struct frame *ret);
/* Both steps for a file, which may be of any kind: -EBADMSG too when it is none. raw (owned by the caller) may be NULL. */
int segment_read(const char *path, struct segment_info *ret, uint8_t **ret_raw, size_t *ret_len,
	struct err *e) MUST_USE;
/* The same, with the digest of the file as it lies there (NULL: not asked for). */
int segment_read_file(const char *path, struct segment_info *ret, uint8_t ret_digest[SEGMENT_DIGEST],
	uint8_t **ret_raw, size_t *ret_len, struct err *e) MUST_USE;

/* Lower-case hexadecimal digits of len bytes and a zero. Returns out. */
char *segment_hex(const uint8_t *bytes, size_t len, char *out);
/* The other way: reads 2 * len digits, whatever follows them; false when they are not there. */
bool segment_unhex(const char *text, uint8_t *ret, size_t len);
