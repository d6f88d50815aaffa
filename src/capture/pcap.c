/* pcap files: draft-ietf-opsawg-pcap. */
#include "capture/format.h"

#include "base/text.h"
#include "capture/magic.h"

#include <errno.h>

struct record {
	uint32_t seconds, fraction, cap_len, wire_len;
};

static bool pcap_is(const uint8_t *head)
{
	struct cur c = cur_of(head, 4);
	uint32_t magic = cur_u32(&c);
	uint32_t swapped = __builtin_bswap32(magic);

	return magic == PCAP_MAGIC_US || magic == PCAP_MAGIC_NS || swapped == PCAP_MAGIC_US ||
	       swapped == PCAP_MAGIC_NS;
}

static int pcap_open(struct capture *c, struct err *e)
{
	struct window *w = &c->window;
	struct cur at = window_cur(w);
	uint32_t magic = cur_u32(&at);

	c->pcap.big_endian = magic == PCAP_MAGIC_US || magic == PCAP_MAGIC_NS;
	if (!c->pcap.big_endian)
		magic = __builtin_bswap32(magic);
	c->pcap.nanoseconds = magic == PCAP_MAGIC_NS;
	uint16_t major = order_u16(&at, c->pcap.big_endian);
	uint16_t minor = order_u16(&at, c->pcap.big_endian);
	cur_skip(&at, 12); /* zone and accuracy, which nobody fills in, and snap length */
	/* The upper half says how long the frame check sequences are. */
	c->pcap.link_type = (uint16_t)order_u32(&at, c->pcap.big_endian);
	if (major != PCAP_MAJOR)
		return err_set(e, EINVAL,
			TR("%s: pcap version %u.%u is not known, only 2.x",
				"%s: pcap のバージョン %u.%u には対応していません（2.x のみ）"),
			c->name, major, minor);
	w->at += PCAP_HEADER;
	c->stats.interfaces = 1;
	return 0;
}

static inline struct record read_record(struct cur *at, bool big_endian)
{
	struct cur head = cur_sub(at, PCAP_RECORD);
	struct record r;

	r.seconds = order_u32(&head, big_endian);
	r.fraction = order_u32(&head, big_endian);
	r.cap_len = order_u32(&head, big_endian);
	r.wire_len = order_u32(&head, big_endian);
	return r;
}

static inline struct frame frame_of(
	const struct pcap *p, const struct record *r, const uint8_t *data)
{
	uint32_t units = p->nanoseconds ? 1000000000 : 1000000;
	bool valid = r->fraction < units;
	int64_t fraction = valid ? r->fraction : units - 1;

	return (struct frame){
		.ts_ns = r->seconds * INT64_C(1000000000) + fraction * (p->nanoseconds ? 1 : 1000),
		.data = data,
		.cap_len = r->cap_len,
		.wire_len = r->wire_len,
		.odds = valid ? 0 : ODD_BIT(time_invalid),
		.link_type = p->link_type,
	};
}

/* The file ends inside the record that lies at the window's front. */
static void give_cut_off(struct capture *c, struct record *r, struct frame_batch *batch)
{
	struct window *w = &c->window;
	size_t left = window_left(w);

	c->stats.cut_off = true;
	if (left > PCAP_RECORD) {
		struct frame *frame = &batch->frames[batch->count++];

		r->cap_len = (uint32_t)(left - PCAP_RECORD);
		*frame = frame_of(&c->pcap, r, w->data + w->at + PCAP_RECORD);
		frame->odds |= ODD_BIT(frame_truncated);
	}
	w->at = w->end;
}

/* The window has no whole record: what there is, is the start of a longer one, the file's end or
 * damage. */
static int pcap_rest(struct capture *c, struct frame_batch *batch, struct err *e)
{
	struct window *w = &c->window;
	struct cur at = window_cur(w);
	struct record r = read_record(&at, c->pcap.big_endian);

	c->want = PCAP_RECORD;
	if (cur_ok(&at) && r.cap_len > FRAME_BYTES_MAX)
		return format_damaged(
			c, TR("a frame of impossible length", "あり得ない長さのフレーム"), e);
	if (cur_ok(&at))
		c->want += r.cap_len;
	if (w->ended && window_left(w) > 0)
		give_cut_off(c, &r, batch);
	return 0;
}

static int pcap_parse(struct capture *c, struct frame_batch *batch, struct err *e)
{
	struct pcap p = c->pcap;
	struct cur at = window_cur(&c->window);
	struct cur next = at;
	size_t count = batch->count;

	while (count < FRAME_BATCH) {
		struct record r = read_record(&next, p.big_endian);
		const uint8_t *data = cur_take(&next, r.cap_len);

		if (!cur_ok(&next))
			break;
		batch->frames[count++] = frame_of(&p, &r, data);
		at = next;
	}
	c->window.at = c->window.end - cur_left(&at);
	batch->count = count;
	return count < FRAME_BATCH ? pcap_rest(c, batch, e) : 0;
}

const struct capture_format format_pcap = {
	.name = "pcap",
	.is = pcap_is,
	.open = pcap_open,
	.head_len = PCAP_HEADER,
	.parse = pcap_parse,
};
