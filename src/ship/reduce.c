#include "ship/reduce.h"

#include "base/text.h"
#include "decode/decode.h"

#include <string.h>

static int make_room(struct blocks *b, size_t size, struct err *e)
{
	*b = (struct blocks){.data = malloc(size), .size = size};
	return b->data ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static void keep_original(struct segment_tail *tail, const uint8_t digest[SEGMENT_DIGEST])
{
	static const uint8_t none[SEGMENT_DIGEST];

	if (memcmp(tail->original, none, SEGMENT_DIGEST) == 0)
		memcpy(tail->original, digest, SEGMENT_DIGEST);
}

/* Bytes of the frame before the payload of its packet; all of it when there is none that could be read. */
static uint32_t headers_of(const struct frame *frame)
{
	struct packet packet;

	decode_frame(frame, false, &packet);
	return packet.is_ip && packet.payload_len > 0 ? (uint32_t)(packet.payload - frame->data)
						      : frame->cap_len;
}

int reduce_bodies(const uint8_t *raw, size_t len, const struct segment_info *info,
	const uint8_t digest[SEGMENT_DIGEST], struct blocks *ret, struct err *e)
{
	struct segment_tail tail = info->tail;
	struct frame frame = {.link_type = info->link_type};
	size_t at = 0;
	int r = make_room(ret, len + SEGMENT_END_MAX, e);

	if (r < 0)
		return r;
	segment_begin(ret, &info->head, info->link_type, info->snap_len, NULL);
	tail.bytes = 0;
	while (segment_next(raw, len, &at, &frame)) {
		uint32_t kept = headers_of(&frame);

		tail.bodies_cut += kept < frame.cap_len;
		frame.cap_len = kept;
		tail.bytes += kept;
		if (!segment_add(ret, &frame))
			ret->full = true;
	}
	keep_original(&tail, digest);
	tail.flags |= SEGMENT_BODIES_CUT;
	segment_end(ret, &info->head, &tail);
	return ret->full ? err_set(e, EBADMSG, TR("it grew", "大きくなりました")) : 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void join_gap(struct segment_gap *gap, const struct segment_gap *more)
{
	gap->first = more->first < gap->first ? more->first : gap->first;
	gap->last = more->last > gap->last ? more->last : gap->last;
	gap->from_ns = earlier(gap->from_ns, more->from_ns);
	gap->to_ns = more->to_ns > gap->to_ns ? more->to_ns : gap->to_ns;
	gap->packets += more->packets;
	gap->bytes += more->bytes;
}

void reduce_add_gap(struct segment_tail *tail, const struct segment_gap *gap)
{
	struct segment_gap *last = tail->gap_count ? &tail->gaps[tail->gap_count - 1] : NULL;

	if (last && last->last + 1 == gap->first && last->reason == gap->reason)
		join_gap(last, gap);
	else if (tail->gap_count < SEGMENT_GAPS_MAX)
		tail->gaps[tail->gap_count++] = *gap;
	else
		join_gap(last, gap);
}

/* Sums of both; the gaps in order. */
static void take_before(struct segment_head *head, struct segment_tail *tail, const struct segment_info *before)
{
	struct segment_tail both = before->tail;

	for (size_t i = 0; i < tail->gap_count; i++)
		reduce_add_gap(&both, &tail->gaps[i]);
	memcpy(tail->gaps, both.gaps, sizeof(tail->gaps));
	tail->gap_count = both.gap_count;
	tail->heard += before->tail.heard;
	tail->lost += before->tail.lost;
	tail->given_up += before->tail.given_up;
	tail->bodies_cut += before->tail.bodies_cut;
	tail->flags |= before->tail.flags & ~(uint32_t)SEGMENT_FINAL;
	head->clock = before->head.clock;
	memcpy(head->counters, before->head.counters, sizeof(head->counters));
	memcpy(head->previous, before->head.previous, SEGMENT_DIGEST);
}

int reduce_all(const struct segment_info *info, const struct segment_info *before,
	const uint8_t digest[SEGMENT_DIGEST], enum segment_gap_reason reason, struct blocks *ret,
	struct err *e)
{
	struct segment_head head = info->head;
	struct segment_tail tail = info->tail;
	const struct segment_gap gap = {.first = head.sequence, .last = head.sequence,
		.from_ns = info->first_ns, .to_ns = info->last_ns, .packets = info->packets,
		.bytes = info->bytes, .reason = (uint16_t)reason};
	int r = make_room(ret, 2 * SEGMENT_END_MAX, e);

	if (r < 0)
		return r;
	reduce_add_gap(&tail, &gap);
	tail.given_up += info->packets;
	tail.packets = tail.bytes = 0;
	tail.flags |= SEGMENT_EMPTIED;
	keep_original(&tail, digest);
	if (before)
		take_before(&head, &tail, before);
	segment_begin(ret, &head, info->link_type, info->snap_len, NULL);
	segment_end(ret, &head, &tail);
	return 0;
}
