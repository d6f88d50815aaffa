/* gzip (RFC 1952) by ISA-L, 1.6 times as fast as zlib on captures. */
#include "capture/unpack.h"

#include "base/text.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <string.h>

enum {
	GZIP_IN_MAX = 1 << 30, /* ISA-L counts in 32 bits */
	GZIP_OUT = 128 * 1024,
	/* On damage ISA-L 2.30 reads up to 274 bytes in front of its output (the slop of its fast
	 * loop). */
	GZIP_FRONT = 512,
	GZIP_FLAGS_RESERVED = 0xe0, /* of the header: must be zero */
	/* With fewer than eight bytes of input ISA-L takes its careful loop. */
	GZIP_CAREFUL = 7,
};

struct gzip {
	struct inflate_state state;
	struct inflate_state before; /* the last call of isal_inflate() */
	struct isal_gzip_header header;
	bool in_header;
	const char *damage; /* why nothing follows what is in out; NULL while all is well */
	size_t at, end;	    /* of out: what was decoded and not given */
	uint8_t front[GZIP_FRONT];
	uint8_t out[GZIP_OUT];
};

static void begin_member(struct gzip *z)
{
	isal_inflate_reset(&z->state);
	z->state.crc_flag = ISAL_GZIP_NO_HDR_VER; /* reads the trailer and compares it */
	z->header = (struct isal_gzip_header){0};
	z->in_header = true;
}

static void *gzip_open(void)
{
	struct gzip *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	isal_inflate_init(&z->state);
	begin_member(z);
	return z;
}

static const char *gzip_error(int r)
{
	switch (r) {
	case ISAL_INVALID_WRAPPER:
		return TR("no gzip header", "gzip ヘッダーがありません");
	case ISAL_UNSUPPORTED_METHOD:
		return TR("unknown compression method", "未知の圧縮方式です");
	case ISAL_INCORRECT_CHECKSUM:
		return TR("wrong checksum or length", "チェックサムまたは長さが一致しません");
	case ISAL_INVALID_LOOKBACK:
		return TR("a distance is too far back", "参照距離が遠すぎます");
	default:
		return TR("corrupt data", "データが壊れています");
	}
}

/* The header may come in pieces: 0 when it is whole, more when not. */
static int read_header(struct gzip *z)
{
	struct inflate_state *state = &z->state;

	/* ISA-L looks only when it has ten bytes; garbage behind a member may be shorter. */
	if (state->block_state == ISAL_BLOCK_NEW_HDR && state->tmp_in_size == 0 &&
		state->avail_in > 0 && state->next_in[0] != 0x1f)
		return ISAL_INVALID_WRAPPER;
	int r = isal_read_gzip_header(state, &z->header);
	if (r == ISAL_DECOMP_OK && z->header.flags & GZIP_FLAGS_RESERVED)
		return ISAL_UNSUPPORTED_METHOD;
	z->in_header = r > 0;
	return r;
}

/* Where it meets damage, the fast loop has counted up to 258 bytes as output that it has not
 * written. So that a damaged file always gives the same bytes, they are decoded again, by the loop
 * that does not. */
static void decode_again(struct gzip *z)
{
	struct inflate_state *state = &z->state;
	int r = 0;

	*state = z->before;
	for (uint32_t left = state->avail_in; left > 0 && r >= 0;) {
		uint32_t piece = left < GZIP_CAREFUL ? left : GZIP_CAREFUL;

		state->avail_in = piece;
		r = isal_inflate(state);
		left -= piece;
	}
}

static int inflate_piece(struct gzip *z)
{
	z->before = z->state;
	int r = isal_inflate(&z->state);
	if (r < 0 && r != ISAL_INCORRECT_CHECKSUM)
		decode_again(z);
	return r;
}

/* Moves bytes from in to the own buffer, which is empty. */
static void decode(struct gzip *z, struct unpack_io *io)
{
	struct inflate_state *state = &z->state;
	int r = 0;

	state->next_in = (uint8_t *)(uintptr_t)io->in;
	state->avail_in = io->in_left < GZIP_IN_MAX ? (uint32_t)io->in_left : GZIP_IN_MAX;
	state->next_out = z->out;
	state->avail_out = GZIP_OUT;
	if (z->in_header)
		r = read_header(z);
	if (r == 0)
		r = inflate_piece(z);
	if (r < 0)
		z->damage = gzip_error(r);
	/* Its own counts of what is left are wrong on damage; the pointers are right. */
	unpack_advance(io, (size_t)(state->next_in - io->in), 0);
	z->at = 0;
	z->end = (size_t)(state->next_out - z->out);
}

static void give(struct gzip *z, struct unpack_io *io)
{
	size_t n = z->end - z->at;

	if (n > io->out_left)
		n = io->out_left;
	memcpy(io->out, z->out + z->at, n);
	unpack_advance(io, 0, n);
	z->at += n;
}

static enum unpack_result gzip_run(void *state, struct unpack_io *io, const char **ret_why)
{
	struct gzip *z = state;

	if (z->at == z->end && !z->damage)
		decode(z, io);
	give(z, io);
	if (z->at < z->end)
		return UNPACK_MORE;
	if (z->damage) {
		*ret_why = z->damage;
		return UNPACK_DAMAGED;
	}
	if (z->state.block_state != ISAL_BLOCK_FINISH)
		return UNPACK_MORE;
	begin_member(z);
	return UNPACK_END;
}

static void gzip_close(void *state)
{
	free(state);
}

const struct unpacker unpack_gzip = {"gzip", {0x1f, 0x8b}, 2, gzip_open, gzip_run, gzip_close};
