/* pcapng files, block by block: draft-ietf-opsawg-pcapng, section 3. */
#include "capture/pcapng.h"

#include "base/text.h"
#include "capture/magic.h"

enum {
	SECTION_MIN = 28,
	/* The longest block that is read; others are skipped at any length. */
	BLOCK_MAX = FRAME_BYTES_MAX + (1 << 16),
};

static bool pcapng_is(const uint8_t *head)
{
	struct cur c = cur_of(head, 4);

	return cur_u32(&c) == BLOCK_SECTION;
}

/* The window has less than want bytes of a block: parse ends with 0 here, for more to be read; or
 * the file does. */
static int need(struct capture *c, size_t want)
{
	c->want = want;
	if (c->window.ended && window_left(&c->window) > 0) {
		c->stats.cut_off = true;
		c->window.at = c->window.end;
	}
	return 0;
}

static int lengths_differ(const struct capture *c, struct err *e)
{
	return format_damaged(
		c, TR("a block whose two lengths differ", "前後の長さが一致しないブロック"), e);
}

/* Goes on in a block that is not read. Its length must stand at its end too: else the length at its
 * start was wrong, and what follows is no block. */
static int skip_block(struct capture *c, struct err *e)
{
	struct pcapng *p = &c->pcapng;
	struct window *w = &c->window;
	size_t left = window_left(w);
	size_t step = p->skip < left ? (size_t)p->skip : left;

	w->at += step;
	p->skip -= step;
	struct cur at = window_cur(w);
	uint32_t trailer = order_u32(&at, p->big_endian);
	if (p->skip > 0 || !cur_ok(&at)) {
		c->stats.cut_off |= w->ended;
		return need(c, sizeof(trailer));
	}
	if (trailer != p->trailer)
		return lengths_differ(c, e);
	p->trailer = 0;
	w->at += sizeof(trailer);
	return 1;
}

/* The byte order that a section header's magic says; false when it is none. */
static bool byte_order(struct cur at, bool *ret_big_endian)
{
	cur_skip(&at, BLOCK_HEADER);
	uint32_t magic = cur_u32(&at);

	*ret_big_endian = magic == PCAPNG_MAGIC;
	return magic == PCAPNG_MAGIC || __builtin_bswap32(magic) == PCAPNG_MAGIC;
}

/* Type and length. A section header sets the byte order from here on. */
static int block_header(struct capture *c, struct block *b, struct err *e)
{
	struct pcapng *p = &c->pcapng;
	struct cur at = window_cur(&c->window);

	b->type = order_u32(&at, p->big_endian);
	if (b->type == BLOCK_SECTION && !byte_order(window_cur(&c->window), &p->big_endian))
		return format_damaged(
			c, TR("a section without byte order", "バイト順の不明なセクション"), e);
	b->len = order_u32(&at, p->big_endian);
	bool is_read = block_is_read(b->type);
	if (b->len < (b->type == BLOCK_SECTION ? SECTION_MIN : BLOCK_AROUND) || b->len % 4 != 0 ||
		(is_read && b->len > BLOCK_MAX))
		return format_damaged(
			c, TR("a block of impossible length", "あり得ない長さのブロック"), e);
	return is_read;
}

/* What is there of the block; its length must stand behind it again. */
static int block_body(struct capture *c, struct block *b, struct err *e)
{
	struct cur at = window_cur(&c->window);
	size_t len = b->len - BLOCK_AROUND;

	cur_skip(&at, BLOCK_HEADER);
	b->body = cur_sub(&at, len < cur_left(&at) ? len : cur_left(&at));
	b->whole = window_left(&c->window) >= b->len;
	if (b->whole && order_u32(&at, c->pcapng.big_endian) != b->len)
		return lengths_differ(c, e);
	return 0;
}

/* 1: went on; 0: there is no whole block; negative errno. */
static int next_block(struct capture *c, struct frame_batch *batch, struct err *e)
{
	struct window *w = &c->window;
	struct block b = {0};

	if (c->pcapng.trailer)
		return skip_block(c, e);
	if (window_left(w) < BLOCK_AROUND)
		return need(c, BLOCK_AROUND);
	int r = block_header(c, &b, e);
	if (r < 0)
		return r;
	if (r == 0) {
		c->pcapng.skip = b.len - sizeof(b.len);
		c->pcapng.trailer = b.len;
		return skip_block(c, e);
	}
	if (window_left(w) < b.len && !w->ended)
		return need(c, b.len);
	r = block_body(c, &b, e);
	if (r == 0)
		r = block_read(c, &b, batch, e);
	if (r < 0)
		return r;
	if (!b.whole)
		return need(c, b.len);
	w->at += b.len;
	return 1;
}

static int pcapng_parse(struct capture *c, struct frame_batch *batch, struct err *e)
{
	int r = 1;

	while (r > 0 && batch->count < FRAME_BATCH)
		r = next_block(c, batch, e);
	return r < 0 ? r : 0;
}

/* The section header is a block like others: parse reads it. */
static int pcapng_open(struct capture *c, struct err *e)
{
	struct block b;
	int r = block_header(c, &b, e);

	return r < 0 ? r : 0;
}

static void pcapng_close(struct capture *c)
{
	free(c->pcapng.interfaces);
}

const struct capture_format format_pcapng = {
	.name = "pcapng",
	.is = pcapng_is,
	.open = pcapng_open,
	.head_len = SECTION_MIN,
	.parse = pcapng_parse,
	.close = pcapng_close,
};
