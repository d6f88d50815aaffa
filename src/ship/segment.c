/* Making segments. */
#include "ship/segment.h"

#include "base/text.h"
#include "ship/segment_parts.h"

#include <openssl/evp.h>
#include <string.h>
#include <zstd.h>

/* A telescope packs as small at level 1 as at 3, at half the cost. */
enum { ZSTD_LEVEL = 1 };

static const struct counter_text {
	const char *name, *en, *ja;
} counter_texts[] = {
#define X(name, en, ja) {#name, en, ja},
	SEGMENT_COUNTERS(X)
#undef X
};

const char *segment_counter_name(enum segment_counter counter)
{
	return counter_texts[counter].name;
}

const char *segment_counter_text(enum segment_counter counter)
{
	return TR(counter_texts[counter].en, counter_texts[counter].ja);
}

char *segment_hex(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
	return out;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool segment_unhex(const char *text, uint8_t *ret, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(text[2 * i]), low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

		if (low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* --- custom blocks --- */

static size_t begin_custom(struct blocks *out, char kind)
{
	size_t start = blocks_begin(out, BLOCK_CUSTOM);

	blocks_u32(out, ENTERPRISE);
	blocks_put(out, CUSTOM_MAGIC, CUSTOM_MAGIC_LEN);
	blocks_put(out, &kind, 1);
	blocks_u16(out, SEGMENT_VERSION);
	return start;
}

static void put_clock(struct blocks *out, const struct segment_clock *clock)
{
	blocks_u64(out, (uint64_t)clock->real_ns);
	blocks_u64(out, (uint64_t)clock->monotonic_ns);
	blocks_u64(out, (uint64_t)clock->boot_ns);
	blocks_u64(out, (uint64_t)clock->max_error_us);
	blocks_u32(out, clock->state);
	blocks_u32(out, clock->status);
}

static void put_counters(struct blocks *out, const uint64_t counters[SEGMENT_COUNTER_COUNT])
{
	blocks_u16(out, SEGMENT_COUNTER_COUNT);
	for (size_t i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		blocks_u64(out, counters[i]);
}

static void put_head(struct blocks *out, const struct segment_head *head)
{
	size_t start = begin_custom(out, CUSTOM_HEAD);

	blocks_put(out, head->sensor, SEGMENT_SENSOR_MAX);
	blocks_put(out, head->epoch, SEGMENT_EPOCH);
	blocks_u64(out, head->sequence);
	blocks_put(out, head->previous, SEGMENT_DIGEST);
	blocks_put(out, head->boot_id, SEGMENT_BOOT);
	put_clock(out, &head->clock);
	put_counters(out, head->counters);
	blocks_end(out, start);
}

static void put_gap(struct blocks *out, const struct segment_gap *gap)
{
	blocks_u64(out, gap->first);
	blocks_u64(out, gap->last);
	blocks_u64(out, (uint64_t)gap->from_ns);
	blocks_u64(out, (uint64_t)gap->to_ns);
	blocks_u64(out, gap->packets);
	blocks_u64(out, gap->bytes);
	blocks_u16(out, gap->reason);
}

static void put_tail(struct blocks *out, const struct segment_tail *tail, char kind)
{
	size_t start = begin_custom(out, kind);

	put_clock(out, &tail->clock);
	blocks_u64(out, tail->packets);
	blocks_u64(out, tail->bytes);
	blocks_u64(out, tail->heard);
	blocks_u64(out, tail->lost);
	blocks_u64(out, tail->given_up);
	blocks_u64(out, tail->bodies_cut);
	blocks_put(out, tail->original, SEGMENT_DIGEST);
	blocks_u32(out, tail->flags);
	put_counters(out, tail->counters);
	blocks_u16(out, tail->gap_count);
	for (size_t i = 0; i < tail->gap_count; i++)
		put_gap(out, &tail->gaps[i]);
	blocks_end(out, start);
}

/* --- the segment --- */

void segment_begin(struct blocks *out, const struct segment_head *head, uint16_t link_type,
	uint32_t snap_len, const char *interface)
{
	out->len = 0;
	out->full = false;
	blocks_section(out);
	put_head(out, head);
	blocks_interface(out, link_type, snap_len, interface);
}

void segment_set_previous(
	struct segment_head *head, uint8_t *data, size_t len, const uint8_t digest[SEGMENT_DIGEST])
{
	struct blocks again = {.data = data, .size = len};

	memcpy(head->previous, digest, SEGMENT_DIGEST);
	blocks_section(&again);
	put_head(&again, head);
}

bool segment_checkpoint(struct blocks *out, const struct segment_tail *tail)
{
	size_t len = out->len;

	put_tail(out, tail, CUSTOM_CHECKPOINT);
	if (!out->full && out->len + SEGMENT_END_MAX <= out->size)
		return true;
	out->len = len;
	out->full = false;
	return false;
}

/* Times as two halves, the higher first; options in the order of their numbers. */
static void put_time(struct blocks *out, uint16_t code, int64_t ns)
{
	const uint32_t halves[2] = {(uint32_t)((uint64_t)ns >> 32), (uint32_t)ns};

	blocks_option(out, code, halves, sizeof(halves));
}

static void put_statistics(
	struct blocks *out, const struct segment_head *head, const struct segment_tail *tail)
{
	const uint64_t lost = tail->lost + tail->given_up;
	size_t start = blocks_begin(out, BLOCK_STATISTICS);

	blocks_u32(out, 0);
	blocks_u32(out, (uint32_t)((uint64_t)tail->clock.real_ns >> 32));
	blocks_u32(out, (uint32_t)tail->clock.real_ns);
	put_time(out, OPTION_ISB_STARTTIME, head->clock.real_ns);
	put_time(out, OPTION_ISB_ENDTIME, tail->clock.real_ns);
	blocks_option(out, OPTION_ISB_IFRECV, &tail->heard, sizeof(tail->heard));
	blocks_option(out, OPTION_ISB_OSDROP, &lost, sizeof(lost));
	blocks_option(out, OPTION_ISB_USRDELIV, &tail->packets, sizeof(tail->packets));
	blocks_option(out, OPTION_END, NULL, 0);
	blocks_end(out, start);
}

void segment_end(
	struct blocks *out, const struct segment_head *head, const struct segment_tail *tail)
{
	put_statistics(out, head, tail);
	put_tail(out, tail, CUSTOM_TAIL);
}

/* --- packing --- */

static size_t compress(const struct blocks *raw, uint8_t *packed, size_t room)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t n = (size_t)-1;

	if (context) {
		ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
		n = ZSTD_compress2(context, packed, room, raw->data, raw->len);
	}
	ZSTD_freeCCtx(context);
	return n;
}

int segment_pack(const struct blocks *raw, uint8_t **ret, size_t *ret_len,
	uint8_t ret_digest[SEGMENT_DIGEST], struct err *e)
{
	size_t room = ZSTD_compressBound(raw->len);
	AUTO(free) uint8_t *packed = malloc(room);
	unsigned int digest_len = 0;

	if (!packed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	size_t n = compress(raw, packed, room);
	if (ZSTD_isError(n))
		return err_set(e, ENOMEM, TR("cannot compress: %s", "圧縮できません: %s"),
			ZSTD_getErrorName(n));
	if (!EVP_Digest(packed, n, ret_digest, &digest_len, EVP_sha256(), NULL))
		return err_set(e, EIO, TR("no SHA-256", "SHA-256 が使えません"));
	*ret = TAKE(packed);
	*ret_len = n;
	return 0;
}
