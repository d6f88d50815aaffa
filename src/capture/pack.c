#include "capture/pack.h"

#include <isa-l/igzip_lib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <zstd.h>

#include "capture/cores.h"

/* xz by the tool's own default. zstd: the archive is on the path of every import, and there level 1
 * costs half of level 3 and packs a telescope as small. gzip: ISA-L's level 2 takes a nineteenth of
 * the time of gzip -6 for 7 % more bytes. All write a checksum of the contents. */
enum { GZIP_LEVEL = 2, ZSTD_LEVEL = 1, XZ_LEVEL = 6 };

struct gzip {
	struct isal_zstream stream;
	uint8_t work[ISAL_DEF_LVL2_DEFAULT];
};

static void *gzip_open(void)
{
	struct gzip *z = malloc(sizeof(*z));

	if (!z)
		return NULL;
	isal_deflate_init(&z->stream);
	z->stream.gzip_flag = IGZIP_GZIP;
	z->stream.level = GZIP_LEVEL;
	z->stream.level_buf = z->work;
	z->stream.level_buf_size = sizeof(z->work);
	return z;
}

static int gzip_run(void *state, struct pack_io *io, bool finish)
{
	struct isal_zstream *z = &((struct gzip *)state)->stream;

	z->next_in = (uint8_t *)(uintptr_t)io->in;
	z->avail_in = (uint32_t)io->in_left;
	z->next_out = io->out;
	z->avail_out = (uint32_t)io->out_left;
	z->end_of_stream = finish;
	int r = isal_deflate(z);
	*io = (struct pack_io){z->next_in, z->avail_in, z->next_out, z->avail_out};
	return r == COMP_OK ? z->internal_state.state == ZSTATE_END : -1;
}

static void gzip_close(void *state)
{
	free(state);
}

struct zstd {
	ZSTD_CCtx *context;
	bool begun;
};

static void *zstd_open(void)
{
	struct zstd *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->context = ZSTD_createCCtx();
	if (!z->context) {
		free(z);
		return NULL;
	}
	ZSTD_CCtx_setParameter(z->context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(z->context, ZSTD_c_checksumFlag, 1);
	return z;
}

/* What comes in more than one piece is compressed by a thread beside the caller's, which takes no
 * signals; where there can be none, in place. */
static size_t begin_beside(ZSTD_CCtx *context, ZSTD_outBuffer *out, ZSTD_inBuffer *in)
{
	sigset_t all, before;

	ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, 1);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	size_t r = ZSTD_compressStream2(context, out, in, ZSTD_e_continue);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!ZSTD_isError(r))
		return r;
	ZSTD_CCtx_reset(context, ZSTD_reset_session_only);
	ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, 0);
	return ZSTD_compressStream2(context, out, in, ZSTD_e_continue);
}

static int zstd_run(void *state, struct pack_io *io, bool finish)
{
	struct zstd *z = state;
	ZSTD_inBuffer in = {.src = io->in, .size = io->in_left};
	ZSTD_outBuffer out = {.dst = io->out, .size = io->out_left};
	bool beside = !z->begun && !finish && have_cores();

	z->begun = true;
	size_t r = beside ? begin_beside(z->context, &out, &in)
			  : ZSTD_compressStream2(
				    z->context, &out, &in, finish ? ZSTD_e_end : ZSTD_e_continue);
	*io = (struct pack_io){
		io->in + in.pos, io->in_left - in.pos, io->out + out.pos, io->out_left - out.pos};
	return ZSTD_isError(r) ? -1 : finish && r == 0;
}

static void zstd_close(void *state)
{
	struct zstd *z = state;

	ZSTD_freeCCtx(z->context);
	free(z);
}

static void *xz_open(void)
{
	lzma_stream *z = calloc(1, sizeof(*z));

	if (z && lzma_easy_encoder(z, XZ_LEVEL, LZMA_CHECK_CRC64) != LZMA_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static int xz_run(void *state, struct pack_io *io, bool finish)
{
	lzma_stream *z = state;

	z->next_in = io->in;
	z->avail_in = io->in_left;
	z->next_out = io->out;
	z->avail_out = io->out_left;
	lzma_ret r = lzma_code(z, finish ? LZMA_FINISH : LZMA_RUN);
	*io = (struct pack_io){z->next_in, z->avail_in, z->next_out, z->avail_out};
	return r == LZMA_STREAM_END ? 1 : r == LZMA_OK || r == LZMA_BUF_ERROR ? 0 : -1;
}

static void xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

struct lz4 {
	LZ4F_cctx *context;
	bool begun;
};

static void *lz4_open(void)
{
	struct lz4 *z = calloc(1, sizeof(*z));

	if (z && LZ4F_isError(LZ4F_createCompressionContext(&z->context, LZ4F_VERSION))) {
		free(z);
		return NULL;
	}
	return z;
}

static bool lz4_made(struct pack_io *io, size_t made)
{
	if (LZ4F_isError(made))
		return false;
	io->out += made;
	io->out_left -= made;
	return true;
}

static int lz4_run(void *state, struct pack_io *io, bool finish)
{
	static const LZ4F_preferences_t preferences = {
		.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled},
	};
	struct lz4 *z = state;

	if (!z->begun &&
		!lz4_made(io, LZ4F_compressBegin(z->context, io->out, io->out_left, &preferences)))
		return -1;
	z->begun = true;
	if (!lz4_made(io, LZ4F_compressUpdate(
				  z->context, io->out, io->out_left, io->in, io->in_left, NULL)))
		return -1;
	io->in += io->in_left;
	io->in_left = 0;
	if (!finish)
		return 0;
	return lz4_made(io, LZ4F_compressEnd(z->context, io->out, io->out_left, NULL)) ? 1 : -1;
}

static void lz4_close(void *state)
{
	struct lz4 *z = state;

	LZ4F_freeCompressionContext(z->context);
	free(z);
}

static const struct packer packers[] = {
	{".gz", gzip_open, gzip_run, gzip_close},
	{".zst", zstd_open, zstd_run, zstd_close},
	{".xz", xz_open, xz_run, xz_close},
	{".lz4", lz4_open, lz4_run, lz4_close},
};

const struct packer *packer_find(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(packers); i++) {
		size_t suffix_len = strlen(packers[i].suffix);

		if (len >= suffix_len && strcmp(path + len - suffix_len, packers[i].suffix) == 0)
			return &packers[i];
	}
	return NULL;
}
