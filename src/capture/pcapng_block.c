/* What is in the blocks of a pcapng file: draft-ietf-opsawg-pcapng, sections 3.5 and 4. */
#include "capture/pcapng.h"

#include "base/text.h"
#include "capture/magic.h"

#include <errno.h>

enum {
	INTERFACES_MAX = 1 << 16,
	MICROSECONDS = 6, /* the resolution of an interface that says none */
	NO_LINK = 0xffff, /* of a frame whose interface was never described */
};

static uint64_t power_of_ten(unsigned int n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* if_tsresol: negative power of 10, or of 2 when the highest bit is set. */
static struct clock clock_of(uint8_t resolution)
{
	unsigned int n = resolution & 0x7f;

	if (resolution & 0x80)
		return (struct clock){.multiply = 1000000000, .divide = 1, .shift = n};
	if (n <= 9)
		return (struct clock){.multiply = power_of_ten(9 - n), .divide = 1};
	if (n <= 9 + 19)
		return (struct clock){.multiply = 1, .divide = power_of_ten(n - 9)};
	return (struct clock){.divide = 1}; /* 64 bits of it are less than a nanosecond */
}

static int64_t time_of(const struct interface *i, uint64_t ts)
{
	unsigned __int128 ns = (unsigned __int128)ts * i->clock.multiply >> i->clock.shift;

	if (i->clock.divide > 1)
		ns /= i->clock.divide;
	__int128 sum = (__int128)ns + (__int128)i->offset_s * 1000000000;
	return sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : (int64_t)sum;
}

/* The next option of a block; false at the end or when it does not fit. */
static bool next_option(struct cur *c, bool big_endian, uint16_t *ret_code, struct cur *ret_value)
{
	*ret_code = order_u16(c, big_endian);
	size_t len = order_u16(c, big_endian);
	size_t padding = -len & 3;

	*ret_value = cur_sub(c, len);
	if (!cur_ok(c) || *ret_code == OPTION_END)
		return false;
	cur_skip(c, padding < cur_left(c) ? padding : cur_left(c));
	return true;
}

static int read_section(struct capture *c, struct block *b, struct err *e)
{
	cur_skip(&b->body, 4); /* the magic, which block_header() looked at */
	uint16_t major = order_u16(&b->body, c->pcapng.big_endian);
	uint16_t minor = order_u16(&b->body, c->pcapng.big_endian);

	if (major != PCAPNG_MAJOR)
		return err_set(e, EBADMSG,
			TR("%s: pcapng version %u.%u is not known, only 1.x",
				"%s: pcapng のバージョン %u.%u には対応していません（1.x のみ）"),
			c->name, major, minor);
	c->pcapng.count = 0;
	return 0;
}

static int add_interface(struct capture *c, const struct interface *interface, struct err *e)
{
	struct pcapng *p = &c->pcapng;

	if (p->count == INTERFACES_MAX)
		return format_damaged(
			c, TR("too many interfaces", "インターフェースが多すぎます"), e);
	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 16;
		struct interface *more = reallocarray(p->interfaces, room, sizeof(*more));

		if (!more)
			return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		p->interfaces = more;
		p->room = room;
	}
	p->interfaces[p->count++] = *interface;
	c->stats.interfaces++;
	return 0;
}

static int read_interface(struct capture *c, struct block *b, struct err *e)
{
	bool big = c->pcapng.big_endian;
	struct interface interface = {.clock = clock_of(MICROSECONDS)};
	struct cur value;
	uint16_t code;

	interface.link_type = order_u16(&b->body, big);
	cur_skip(&b->body, 2);
	interface.snap_len = order_u32(&b->body, big);
	if (!cur_ok(&b->body))
		return format_damaged(c, TR("a block that is too short", "短すぎるブロック"), e);
	while (next_option(&b->body, big, &code, &value)) {
		if (code == OPTION_IF_TSRESOL && cur_left(&value) == 1)
			interface.clock = clock_of(cur_u8(&value));
		else if (code == OPTION_IF_TSOFFSET && cur_left(&value) == 8)
			interface.offset_s = (int64_t)order_u64(&value, big);
	}
	return add_interface(c, &interface, e);
}

/* Start and end are times of the interface's clock, in two halves as those of packets. */
static void note_span(struct capture *c, const struct interface *interface, uint16_t code, struct cur *value)
{
	struct capture_stats *stats = &c->stats;
	uint64_t ts = (uint64_t)order_u32(value, c->pcapng.big_endian) << 32;
	int64_t ns = time_of(interface, ts | order_u32(value, c->pcapng.big_endian));

	if (code == OPTION_ISB_STARTTIME && (stats->from_ns == 0 || ns < stats->from_ns))
		stats->from_ns = ns;
	if (code == OPTION_ISB_ENDTIME && ns > stats->to_ns)
		stats->to_ns = ns;
}

/* Totals since the interface's start, so that the last block counts; what it does not say stays. */
static void read_statistics(struct capture *c, struct block *b)
{
	bool big = c->pcapng.big_endian;
	struct cur value;
	uint16_t code;
	uint32_t id = order_u32(&b->body, big);

	cur_skip(&b->body, 8); /* time */
	if (!cur_ok(&b->body) || id >= c->pcapng.count)
		return;
	struct interface *interface = &c->pcapng.interfaces[id];
	while (next_option(&b->body, big, &code, &value)) {
		uint64_t *total = code == OPTION_ISB_IFRECV   ? &interface->received
				  : code == OPTION_ISB_IFDROP ? &interface->if_dropped
				  : code == OPTION_ISB_OSDROP ? &interface->os_dropped
							      : NULL;
		if (cur_left(&value) != 8)
			continue;
		if (!total) {
			note_span(c, interface, code, &value);
			continue;
		}
		uint64_t change = order_u64(&value, big) - *total;
		*total += change;
		*(code == OPTION_ISB_IFRECV ? &c->stats.received : &c->stats.dropped) += change;
	}
}

static const struct interface *find_interface(const struct capture *c, uint32_t id)
{
	static const struct interface unknown = {
		.clock = {.multiply = 1000, .divide = 1},
		.link_type = NO_LINK,
	};

	return id < c->pcapng.count ? &c->pcapng.interfaces[id] : &unknown;
}

/* Takes the frame's bytes, as far as they are there, from the body. A cut off block without any
 * gives none. */
static void give_frame(struct frame_batch *batch, struct block *b, struct frame frame)
{
	size_t left = cur_left(&b->body);
	bool short_of_data = frame.cap_len > left;

	if (!b->whole && (!cur_ok(&b->body) || left == 0))
		return;
	if (short_of_data)
		frame.cap_len = (uint32_t)left;
	if (short_of_data || !b->whole)
		frame.odds |= ODD_BIT(frame_truncated);
	frame.data = cur_take(&b->body, frame.cap_len);
	batch->frames[batch->count++] = frame;
}

/* Enhanced and obsolete packet blocks differ only in how wide the interface's number is. */
static int read_packet(struct capture *c, struct block *b, struct frame_batch *batch, struct err *e)
{
	bool big = c->pcapng.big_endian;
	bool old = b->type == BLOCK_PACKET_OLD;
	uint32_t id = old ? order_u16(&b->body, big) : order_u32(&b->body, big);

	if (old)
		cur_skip(&b->body, 2); /* drops since the packet before, often not counted */
	const struct interface *interface = find_interface(c, id);
	uint64_t ts_high = order_u32(&b->body, big);
	uint64_t ts = ts_high << 32 | order_u32(&b->body, big);
	uint32_t cap_len = order_u32(&b->body, big);
	uint32_t wire_len = order_u32(&b->body, big);

	if (b->whole && !cur_ok(&b->body))
		return format_damaged(c, TR("a block that is too short", "短すぎるブロック"), e);
	give_frame(batch, b,
		(struct frame){
			.ts_ns = time_of(interface, ts),
			.cap_len = cap_len,
			.wire_len = wire_len,
			.link_type = interface->link_type,
		});
	return 0;
}

static struct frame untimed_frame(const struct capture *c, const struct frame_batch *batch)
{
	if (batch->count > 0)
		return (struct frame){.ts_ns = batch->frames[batch->count - 1].ts_ns};
	if (c->stats.frames > 0)
		return (struct frame){.ts_ns = c->last_ns};
	return (struct frame){.odds = ODD_BIT(time_range)};
}

/* Simple packet blocks have neither time nor captured length, and belong to the first interface. */
static int read_simple(struct capture *c, struct block *b, struct frame_batch *batch, struct err *e)
{
	const struct interface *interface = find_interface(c, 0);
	struct frame frame = untimed_frame(c, batch);

	frame.wire_len = order_u32(&b->body, c->pcapng.big_endian);
	frame.link_type = interface->link_type;
	frame.cap_len = frame.wire_len;
	if (interface->snap_len > 0 && frame.cap_len > interface->snap_len)
		frame.cap_len = interface->snap_len;
	if (b->whole && !cur_ok(&b->body))
		return format_damaged(c, TR("a block that is too short", "短すぎるブロック"), e);
	if (b->whole && frame.cap_len > cur_left(&b->body))
		frame.cap_len = (uint32_t)cur_left(&b->body);
	give_frame(batch, b, frame);
	return 0;
}

int block_read(struct capture *c, struct block *b, struct frame_batch *batch, struct err *e)
{
	switch (b->type) {
	case BLOCK_PACKET:
	case BLOCK_PACKET_OLD:
		return read_packet(c, b, batch, e);
	case BLOCK_PACKET_SIMPLE:
		return read_simple(c, b, batch, e);
	case BLOCK_SECTION:
		return b->whole ? read_section(c, b, e) : 0;
	case BLOCK_INTERFACE:
		return b->whole ? read_interface(c, b, e) : 0;
	default:
		if (b->whole)
			read_statistics(c, b);
		return 0;
	}
}

bool block_is_read(uint32_t type)
{
	return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_PACKET ||
	       type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE || type == BLOCK_STATISTICS;
}
