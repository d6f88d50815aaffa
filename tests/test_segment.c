/* Segments: what is written is read; nothing else is. */
#include "ship/segment.h"

#include <criterion/criterion.h>
#include <string.h>

enum { ROOM = 1 << 20 };

static struct segment_head head_of(uint64_t sequence)
{
	struct segment_head head = {
		.sensor = "tokyo-1",
		.epoch = {0xe0, 1, 2, 3},
		.sequence = sequence,
		.previous = {9, 8, 7},
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef",
		.clock = {1000000000, 5, 6, 16000000, 5, 64},
	};

	head.counters[COUNTER_ring_dropped] = 3;
	return head;
}

static struct segment_tail tail_of(uint64_t packets, uint64_t bytes)
{
	struct segment_tail tail = {
		.clock = {61000000000, 60, 61, 0, 0, 0},
		.packets = packets,
		.bytes = bytes,
		.heard = packets + 4,
		.lost = 4,
		.flags = SEGMENT_FINAL,
		.gap_count = 1,
		.gaps = {{2, 6, 10, 20, 99, 9900, GAP_SPOOL_FULL}},
	};

	for (size_t i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		tail.counters[i] = 1000 + i;
	return tail;
}

static struct blocks room(void)
{
	return (struct blocks){.data = calloc(1, ROOM), .size = ROOM};
}

static struct frame frame_of(const uint8_t *bytes, uint32_t len, int64_t ts_ns)
{
	return (struct frame){.ts_ns = ts_ns, .data = bytes, .cap_len = len, .wire_len = len + 100, .link_type = 1};
}

/* Frames of every length modulo 4. */
static struct blocks whole_segment(uint64_t frames)
{
	static const uint8_t bytes[64] = {1, 2, 3};
	struct blocks b = room();
	struct segment_head head = head_of(7);
	uint64_t sum = 0;

	segment_begin(&b, &head, LINK_ETHERNET, 0, "veth0");
	for (uint64_t i = 0; i < frames; i++) {
		struct frame frame = frame_of(bytes, (uint32_t)(i % sizeof(bytes)), (int64_t)(2000000000 + i));

		cr_assert(segment_add(&b, &frame));
		sum += frame.cap_len;
	}
	struct segment_tail tail = tail_of(frames, sum);
	segment_end(&b, &head, &tail);
	cr_assert(!b.full);
	return b;
}

Test(segment, gives_back_what_was_written)
{
	static struct segment_info info;
	AUTO(free) uint8_t *packed = NULL;
	AUTO(free) uint8_t *raw = NULL;
	uint8_t digest[SEGMENT_DIGEST];
	size_t packed_len, len;
	struct err e = {""};
	struct blocks b = whole_segment(200);

	cr_assert_eq(segment_pack(&b, &packed, &packed_len, digest, &e), 0, "%s", e.text);
	cr_assert_eq(segment_unpack(packed, packed_len, &raw, &len, &e), 0, "%s", e.text);
	cr_assert(len == b.len && memcmp(raw, b.data, len) == 0);
	cr_assert_eq(segment_parse(raw, len, &info, &e), 0, "%s", e.text);
	struct segment_head head = head_of(7);
	struct segment_tail tail = tail_of(200, info.bytes);
	cr_assert_eq(memcmp(&info.head, &head, sizeof(head)), 0);
	cr_assert_eq(memcmp(&info.tail.counters, &tail.counters, sizeof(tail.counters)), 0);
	cr_assert_eq(info.tail.gaps[0].packets, 99);
	cr_assert(info.packets == 200 && info.first_ns == 2000000000 && info.last_ns == 2000000199);
	free(b.data);
}

Test(segment, refuses_every_prefix_and_repairs_those_with_a_head)
{
	static struct segment_info info;
	struct blocks b = whole_segment(20);
	uint64_t packets = 0;
	bool started = false;

	for (size_t len = 0; len < b.len; len++) {
		AUTO(free) uint8_t *exact = malloc(len ? len : 1);
		struct err e = {""}, torn = {""};

		memcpy(exact, b.data, len);
		cr_assert_eq(segment_parse(exact, len, &info, &e), -EBADMSG, "%zu bytes", len);
		cr_assert(e.text[0]);
		int r = segment_parse_torn(exact, len, &info, &torn);
		cr_assert(started ? r == 0 : r == 0 || r == -EBADMSG);
		started = r == 0;
		if (started) {
			cr_assert(info.packets >= packets && info.whole <= len);
			packets = info.packets;
		}
	}
	cr_assert_eq(packets, 20);
	free(b.data);
}

Test(segment, refuses_every_changed_length_and_what_follows_the_tail)
{
	static struct segment_info info;
	struct blocks b = whole_segment(3);
	struct err e = {""};

	memset(b.data + b.len, 0, 4);
	cr_assert_eq(segment_parse(b.data, b.len + 4, &info, &e), -EBADMSG);
	e = (struct err){""};
	b.data[4] ^= 4; /* the length of the section */
	cr_assert_eq(segment_parse(b.data, b.len, &info, &e), -EBADMSG);
	free(b.data);
}

Test(segment, refuses_a_tail_that_counts_other_packets)
{
	static struct segment_info info;
	struct blocks b = room();
	struct segment_head head = head_of(0);
	struct segment_tail tail = tail_of(1, 0);
	struct err e = {""};

	tail.gap_count = 0;
	segment_begin(&b, &head, LINK_ETHERNET, 0, "x");
	segment_end(&b, &head, &tail);
	cr_assert_eq(segment_parse(b.data, b.len, &info, &e), -EBADMSG);
	cr_assert(strstr(e.text, "counts other packets"));
	free(b.data);
}

Test(segment, keeps_room_for_its_end_when_full)
{
	static const uint8_t bytes[1500];
	struct blocks b = {.data = malloc(16384), .size = 16384};
	struct segment_head head = head_of(7);
	struct frame frame = frame_of(bytes, sizeof(bytes), 1);
	struct segment_tail tail = tail_of(0, 0);

	tail.gap_count = SEGMENT_GAPS_MAX;
	segment_begin(&b, &head, LINK_ETHERNET, 0, "an-interface-0");
	while (segment_add(&b, &frame))
		tail.packets++;
	segment_end(&b, &head, &tail);
	cr_assert(!b.full && tail.packets > 3);
	free(b.data);
}

Test(segment, is_torn_back_to_the_last_checkpoint_for_its_counters)
{
	static struct segment_info info;
	static const uint8_t bytes[60];
	struct blocks b = room();
	struct segment_head head = head_of(7);
	struct frame frame = frame_of(bytes, sizeof(bytes), 1);
	struct segment_tail tail = tail_of(0, 0);
	struct err e = {""};

	segment_begin(&b, &head, LINK_ETHERNET, 0, "x");
	cr_assert(segment_add(&b, &frame));
	cr_assert(segment_checkpoint(&b, &tail));
	cr_assert(segment_add(&b, &frame));
	cr_assert_eq(segment_parse_torn(b.data, b.len - 1, &info, &e), 0);
	cr_assert(info.packets == 1 && info.tail.lost == 4 && !info.has_tail);
	cr_assert_eq(info.tail.counters[2], 1002);
	free(b.data);
}

Test(segment, refuses_compressed_bytes_that_lie_about_their_size)
{
	AUTO(free) uint8_t *packed = NULL;
	AUTO(free) uint8_t *raw = NULL;
	uint8_t digest[SEGMENT_DIGEST];
	size_t packed_len, len;
	struct err e = {""};
	struct blocks b = whole_segment(20);

	cr_assert_eq(segment_pack(&b, &packed, &packed_len, digest, &e), 0);
	for (size_t n = 0; n < packed_len; n++) {
		struct err torn = {""};

		cr_assert_lt(segment_unpack(packed, n, &raw, &len, &torn), 0, "%zu bytes", n);
	}
	packed[6] = 0xff; /* the size in the frame's header */
	packed[7] = 0xff;
	cr_assert_lt(segment_unpack(packed, packed_len, &raw, &len, &e), 0);
	free(b.data);
}
