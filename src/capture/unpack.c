#include "capture/unpack.h"

#include <lz4frame.h>
#include <lzma.h>
#include <string.h>
#include <zstd.h>

/* xz -9 needs 65 MiB; a header that asks for gigabytes is refused. */
static const uint64_t xz_memory_max = UINT64_C(256) << 20;

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Given exactly as many bytes as they ask for, zstd and lz4 decode one block a call; given more,
 * they would keep back the good blocks before a damaged one. */
struct zstd {
	ZSTD_DStream *stream;
	size_t wanted;
};

static void *zstd_open(void)
{
	struct zstd *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->stream = ZSTD_createDStream();
	if (!z->stream) {
		free(z);
		return NULL;
	}
	z->wanted = ZSTD_initDStream(z->stream);
	return z;
}

static enum unpack_result zstd_run(void *state, struct unpack_io *io, const char **ret_why)
{
	struct zstd *z = state;
	ZSTD_inBuffer in = {.src = io->in, .size = min_size(io->in_left, z->wanted)};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_left};
	size_t r = ZSTD_decompressStream(z->stream, &out, &in);

	if (ZSTD_isError(r)) {
		*ret_why = ZSTD_getErrorName(r);
		return UNPACK_DAMAGED;
	}
	unpack_advance(io, in.pos, out.pos);
	z->wanted = r > 0 ? r : ZSTD_initDStream(z->stream);
	return r > 0 ? UNPACK_MORE : UNPACK_END;
}

static void zstd_close(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDStream(z->stream);
	free(z);
}

static void *xz_open(void)
{
	lzma_stream *z = calloc(1, sizeof(*z));

	if (z && lzma_stream_decoder(z, xz_memory_max, 0) != LZMA_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static const char *xz_error(lzma_ret r)
{
	switch (r) {
	case LZMA_FORMAT_ERROR:
		return "no xz header";
	case LZMA_MEMLIMIT_ERROR:
		return "needs more than 256 MiB of memory";
	case LZMA_MEM_ERROR:
		return "out of memory";
	case LZMA_OPTIONS_ERROR:
		return "unknown options";
	default:
		return "corrupt data";
	}
}

static enum unpack_result xz_run(void *state, struct unpack_io *io, const char **ret_why)
{
	lzma_stream *z = state;

	z->next_in = io->in;
	z->avail_in = io->in_left;
	z->next_out = io->out;
	z->avail_out = io->out_left;
	lzma_ret r = lzma_code(z, LZMA_RUN);
	unpack_advance(io, io->in_left - z->avail_in, io->out_left - z->avail_out);
	if (r == LZMA_STREAM_END)
		r = lzma_stream_decoder(z, xz_memory_max, 0) == LZMA_OK ? LZMA_STREAM_END
									: LZMA_MEM_ERROR;
	if (r == LZMA_STREAM_END)
		return UNPACK_END;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR)
		return UNPACK_MORE;
	*ret_why = xz_error(r);
	return UNPACK_DAMAGED;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

/* The least that lz4 can start with: magic, descriptor and its checksum. */
enum { LZ4_START = 7 };

struct lz4 {
	LZ4F_dctx *context;
	size_t wanted;
};

static void *lz4_open(void)
{
	struct lz4 *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&z->context, LZ4F_VERSION))) {
		free(z);
		return NULL;
	}
	z->wanted = LZ4_START;
	return z;
}

static enum unpack_result lz4_run(void *state, struct unpack_io *io, const char **ret_why)
{
	struct lz4 *z = state;
	size_t in = min_size(io->in_left, z->wanted);
	size_t out = io->out_left;
	size_t r = LZ4F_decompress(z->context, io->out, &out, io->in, &in, NULL);

	if (LZ4F_isError(r)) {
		*ret_why = LZ4F_getErrorName(r);
		return UNPACK_DAMAGED;
	}
	unpack_advance(io, in, out);
	z->wanted = r > 0 ? r : LZ4_START;
	return r > 0 ? UNPACK_MORE : UNPACK_END;
}

static void lz4_close(void *state)
{
	struct lz4 *z = state;

	LZ4F_freeDecompressionContext(z->context);
	free(z);
}

static const struct unpacker zstd = {
	"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_open, zstd_run, zstd_close};
static const struct unpacker xz = {
	"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, xz_open, xz_run, xz_close};
static const struct unpacker lz4 = {
	"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_open, lz4_run, lz4_close};
static const struct unpacker *const unpackers[] = {&unpack_gzip, &zstd, &xz, &lz4};

/* Bytes of the skippable frames at the start, with their headers. */
static size_t skippable(const uint8_t *head, size_t len)
{
	size_t at = 0;

	while (at + 8 <= len && (head[at] & 0xf0) == 0x50 &&
		memcmp(head + at + 1, "\x2a\x4d\x18", 3) == 0)
		at += 8 + ((size_t)head[at + 4] | (size_t)head[at + 5] << 8 |
				  (size_t)head[at + 6] << 16 | (size_t)head[at + 7] << 24);
	return at;
}

const struct unpacker *unpacker_find(const uint8_t *head, size_t len)
{
	size_t at = skippable(head, len);

	for (size_t i = 0; i < ARRAY_SIZE(unpackers); i++) {
		size_t magic_len = unpackers[i]->magic_len;

		if (at + magic_len <= len && memcmp(head + at, unpackers[i]->magic, magic_len) == 0)
			return unpackers[i];
	}
	return at > 0 ? &zstd : NULL;
}

size_t unpacker_wants(const uint8_t *head, size_t len, size_t max)
{
	size_t wants = skippable(head, len) + 8;

	return wants <= max ? wants : 8;
}
