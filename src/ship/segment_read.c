/* Reading segments: any bytes. */
#include "ship/segment.h"

#include "base/cur.h"
#include "base/text.h"
#include "ship/segment_parts.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

/* The order of blocks: each stage is what came last. */
enum stage { STAGE_START, STAGE_SECTION, STAGE_HEAD, STAGE_BODY, STAGE_STATISTICS, STAGE_TAIL };

struct walk {
	const uint8_t *raw;
	size_t len, at; /* at: where the block begins that is looked at */
	enum stage stage;
	struct segment_info *info;
};

static int bad(const struct walk *w, const char *how, struct err *e)
{
	return err_set(e, EBADMSG, TR("byte %zu: %s", "%zu バイト目: %s"), w->at, how);
}

/* --- fields --- */

static void get(struct cur *c, void *ret, size_t len)
{
	const uint8_t *at = cur_take(c, len);

	if (at)
		memcpy(ret, at, len);
	else
		memset(ret, 0, len);
}

static void get_clock(struct cur *c, struct segment_clock *ret)
{
	ret->real_ns = (int64_t)cur_le64(c);
	ret->monotonic_ns = (int64_t)cur_le64(c);
	ret->boot_ns = (int64_t)cur_le64(c);
	ret->max_error_us = (int64_t)cur_le64(c);
	ret->state = cur_le32(c);
	ret->status = cur_le32(c);
}

/* Those that we know; a newer writer has more, an older one fewer. */
static void get_counters(struct cur *c, uint64_t ret[SEGMENT_COUNTER_COUNT])
{
	size_t count = cur_le16(c);

	memset(ret, 0, SEGMENT_COUNTER_COUNT * sizeof(*ret));
	for (size_t i = 0; i < count && cur_ok(c); i++) {
		uint64_t value = cur_le64(c);

		if (i < SEGMENT_COUNTER_COUNT)
			ret[i] = value;
	}
}

/* As the names of sensors in teiten.yaml. */
static bool is_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return len > 0;
}

static bool is_boot_id(const char *text)
{
	return strspn(text, "0123456789abcdef-") == strlen(text);
}

static int read_head(struct walk *w, struct cur *c, struct err *e)
{
	struct segment_head *head = &w->info->head;

	get(c, head->sensor, SEGMENT_SENSOR_MAX);
	get(c, head->epoch, SEGMENT_EPOCH);
	head->sequence = cur_le64(c);
	get(c, head->previous, SEGMENT_DIGEST);
	get(c, head->boot_id, SEGMENT_BOOT);
	get_clock(c, &head->clock);
	get_counters(c, head->counters);
	if (!cur_ok(c))
		return bad(w, TR("a head that is too short", "先頭部が短すぎます"), e);
	if (!is_name(head->sensor) || !is_boot_id(head->boot_id))
		return bad(w,
			TR("a head without name or with an impossible boot id",
				"先頭部に名前がない、または起動 ID が不正です"),
			e);
	w->stage = STAGE_HEAD;
	return 0;
}

static void get_gap(struct cur *c, struct segment_gap *ret)
{
	ret->first = cur_le64(c);
	ret->last = cur_le64(c);
	ret->from_ns = (int64_t)cur_le64(c);
	ret->to_ns = (int64_t)cur_le64(c);
	ret->packets = cur_le64(c);
	ret->bytes = cur_le64(c);
	ret->reason = cur_le16(c);
}

static int get_gaps(struct walk *w, struct cur *c, struct segment_tail *tail, struct err *e)
{
	tail->gap_count = cur_le16(c);
	if (tail->gap_count > SEGMENT_GAPS_MAX)
		return bad(w, TR("too many gaps", "欠落の記録が多すぎます"), e);
	for (size_t i = 0; i < tail->gap_count; i++) {
		struct segment_gap *gap = &tail->gaps[i];

		get_gap(c, gap);
		if (gap->first > gap->last || gap->last > w->info->head.sequence)
			return bad(w, TR("an impossible gap", "あり得ない欠落の記録です"), e);
	}
	return 0;
}

static int get_tail(struct walk *w, struct cur *c, struct segment_tail *tail, struct err *e)
{
	get_clock(c, &tail->clock);
	tail->packets = cur_le64(c);
	tail->bytes = cur_le64(c);
	tail->heard = cur_le64(c);
	tail->lost = cur_le64(c);
	tail->given_up = cur_le64(c);
	tail->bodies_cut = cur_le64(c);
	get(c, tail->original, SEGMENT_DIGEST);
	tail->flags = cur_le32(c);
	get_counters(c, tail->counters);
	int r = get_gaps(w, c, tail, e);
	if (r == 0 && !cur_ok(c))
		return bad(w, TR("a tail that is too short", "末尾部が短すぎます"), e);
	return r;
}

/* What is told stays as it was when this one is wrong: the checkpoint before it counts. */
static int read_tail(struct walk *w, struct cur *c, struct err *e)
{
	struct segment_tail tail = {0};
	int r = get_tail(w, c, &tail, e);

	if (r == 0)
		w->info->tail = tail;
	return r;
}

/* --- blocks --- */

/* Which of our custom blocks it is; 0: somebody else's. */
static int custom_kind(struct cur *c)
{
	char magic[CUSTOM_MAGIC_LEN];

	if (cur_le32(c) != ENTERPRISE)
		return 0;
	get(c, magic, sizeof(magic));
	return memcmp(magic, CUSTOM_MAGIC, sizeof(magic)) == 0 ? cur_u8(c) : 0;
}

static int out_of_order(const struct walk *w, struct err *e)
{
	return bad(w,
		TR("a block that does not belong there", "そこにあるはずのないブロックです"), e);
}

static int read_end(struct walk *w, struct cur *c, struct err *e)
{
	struct segment_info *info = w->info;
	int r = read_tail(w, c, e);

	if (r == 0 && (info->tail.packets != info->packets || info->tail.bytes != info->bytes))
		return bad(w,
			TR("its tail counts other packets than are in it",
				"末尾部のパケット数が中身と一致しません"),
			e);
	info->has_tail = r == 0;
	w->stage = STAGE_TAIL;
	return r;
}

static int read_custom(struct walk *w, struct cur *c, struct err *e)
{
	int kind = custom_kind(c);
	unsigned int version = cur_le16(c);

	if (kind == 0)
		return out_of_order(w, e);
	if (version != SEGMENT_VERSION)
		return bad(w,
			TR("its version is not known: use a newer teiten",
				"未知のバージョンです。新しい teiten を使ってください"),
			e);
	if (kind == CUSTOM_HEAD && w->stage == STAGE_SECTION)
		return read_head(w, c, e);
	if (kind == CUSTOM_CHECKPOINT && w->stage == STAGE_BODY)
		return read_tail(w, c, e);
	if (kind == CUSTOM_TAIL && w->stage == STAGE_STATISTICS)
		return read_end(w, c, e);
	return out_of_order(w, e);
}

static int read_section(struct walk *w, struct cur *c, struct err *e)
{
	if (w->stage != STAGE_START)
		return out_of_order(w, e);
	if (cur_le32(c) != PCAPNG_MAGIC || cur_le16(c) != PCAPNG_MAJOR)
		return bad(w, TR("no section of ours", "teiten のセクションではありません"), e);
	w->stage = STAGE_SECTION;
	return 0;
}

static int read_interface(struct walk *w, struct cur *c, struct err *e)
{
	if (w->stage != STAGE_HEAD)
		return out_of_order(w, e);
	w->info->link_type = cur_le16(c);
	cur_skip(c, 2);
	w->info->snap_len = cur_le32(c);
	if (!cur_ok(c))
		return bad(w, TR("an interface that is too short", "短すぎるインターフェース記述です"), e);
	w->stage = STAGE_BODY;
	return 0;
}

static void note_packet(struct segment_info *info, int64_t ts_ns, uint32_t cap_len)
{
	if (info->packets == 0 || ts_ns < info->first_ns)
		info->first_ns = ts_ns;
	if (info->packets == 0 || ts_ns > info->last_ns)
		info->last_ns = ts_ns;
	info->packets++;
	info->bytes += cap_len;
}

static int read_packet(struct walk *w, struct cur *c, struct err *e)
{
	if (w->stage != STAGE_BODY)
		return out_of_order(w, e);
	uint32_t interface = cur_le32(c);
	uint64_t ts_ns = (uint64_t)cur_le32(c) << 32;
	ts_ns |= cur_le32(c);
	uint32_t cap_len = cur_le32(c);
	uint32_t wire_len = cur_le32(c);
	if (!cur_ok(c) || interface != 0 || cap_len > PCAP_SNAP_LEN ||
		cur_left(c) != blocks_padded(cap_len) || wire_len < cap_len || ts_ns > INT64_MAX)
		return bad(w, TR("an impossible packet", "あり得ないパケットです"), e);
	note_packet(w->info, (int64_t)ts_ns, cap_len);
	return 0;
}

static int read_statistics(struct walk *w, struct err *e)
{
	if (w->stage != STAGE_BODY)
		return out_of_order(w, e);
	w->stage = STAGE_STATISTICS;
	return 0;
}

static int read_block(struct walk *w, uint32_t type, struct cur *c, struct err *e)
{
	switch (type) {
	case BLOCK_SECTION:
		return read_section(w, c, e);
	case BLOCK_INTERFACE:
		return read_interface(w, c, e);
	case BLOCK_PACKET:
		return read_packet(w, c, e);
	case BLOCK_STATISTICS:
		return read_statistics(w, e);
	case BLOCK_CUSTOM:
		return read_custom(w, c, e);
	default:
		return out_of_order(w, e);
	}
}

/* The block at w->at: its length; negative errno. */
static int64_t next_block(struct walk *w, struct err *e)
{
	struct cur c = cur_of(w->raw + w->at, w->len - w->at);
	uint32_t type = cur_le32(&c);
	uint32_t len = cur_le32(&c);

	if (!cur_ok(&c) || len < BLOCK_AROUND || len % 4 != 0)
		return bad(w, TR("a block of impossible length", "あり得ない長さのブロックです"), e);
	struct cur body = cur_sub(&c, len - BLOCK_AROUND);
	if (cur_le32(&c) != len || !cur_ok(&c))
		return bad(w, TR("a block that is cut off", "途中で切れたブロックです"), e);
	int r = read_block(w, type, &body, e);
	return r < 0 ? r : (int64_t)len;
}

/* Up to the tail, the end, or the first block that is wrong. */
static int walk_blocks(struct walk *w, struct err *e)
{
	int64_t len = 0;

	while (w->at < w->len && w->stage != STAGE_TAIL) {
		len = next_block(w, e);
		if (len < 0)
			break;
		w->at += (size_t)len;
		if (w->stage <= STAGE_BODY)
			w->info->whole = w->at;
	}
	return len < 0 ? (int)len : 0;
}

int segment_parse(const uint8_t *raw, size_t len, struct segment_info *ret, struct err *e)
{
	struct walk w = {.raw = raw, .len = len, .info = ret};

	memset(ret, 0, sizeof(*ret));
	int r = walk_blocks(&w, e);
	if (r < 0)
		return r;
	if (w.stage != STAGE_TAIL)
		return bad(&w, TR("the segment ends before its tail", "末尾部の前で終わっています"), e);
	if (w.at < w.len)
		return bad(&w, TR("something stands behind the tail", "末尾部の後に余分なデータがあります"), e);
	return 0;
}

/* Statistics and tail are made anew: what is whole ends before them. */
int segment_parse_torn(const uint8_t *raw, size_t len, struct segment_info *ret, struct err *e)
{
	struct walk w = {.raw = raw, .len = len, .info = ret};
	struct err torn = {""};

	memset(ret, 0, sizeof(*ret));
	if (walk_blocks(&w, &torn) < 0 && w.stage < STAGE_BODY)
		*e = torn;
	if (w.stage < STAGE_BODY)
		return err_set(e, EBADMSG, TR("its head is not whole", "先頭部が揃っていません"));
	return 0;
}

bool segment_next(const uint8_t *raw, size_t len, size_t *at, struct frame *ret)
{
	while (*at < len) {
		struct cur c = cur_of(raw + *at, len - *at);
		uint32_t type = cur_le32(&c);
		uint32_t block_len = cur_le32(&c);

		if (!cur_ok(&c) || block_len < BLOCK_AROUND)
			return false;
		*at = block_len < len - *at ? *at + block_len : len;
		if (type != BLOCK_PACKET)
			continue;
		cur_skip(&c, 4); /* the one interface */
		uint64_t ts_ns = (uint64_t)cur_le32(&c) << 32;
		ret->ts_ns = (int64_t)(ts_ns | cur_le32(&c));
		ret->cap_len = cur_le32(&c);
		ret->wire_len = cur_le32(&c);
		ret->data = cur_take(&c, ret->cap_len);
		return cur_ok(&c);
	}
	return false;
}

/* --- files --- */

int segment_unpack(const void *packed, size_t len, uint8_t **ret, size_t *ret_len, struct err *e)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed, len);

	if (len > SEGMENT_BYTES_MAX)
		return err_set(e, EBADMSG,
			TR("more than %d MiB", "%d MiB を超えています"), SEGMENT_BYTES_MAX >> 20);
	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return err_set(e, EBADMSG,
			TR("no zstd frame that says its size", "大きさの分かる zstd フレームではありません"));
	if (size == 0 || size > SEGMENT_RAW_MAX)
		return err_set(e, EBADMSG,
			TR("decompressed it would have %llu bytes", "展開後が %llu バイトになります"), size);
	if (ZSTD_findFrameCompressedSize(packed, len) != len)
		return err_set(e, EBADMSG,
			TR("cut off, or something stands behind it",
				"途中で切れているか、余分なデータがあります"));
	AUTO(free) uint8_t *raw = malloc(size);
	if (!raw)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	size_t n = ZSTD_decompress(raw, size, packed, len);
	if (ZSTD_isError(n) || n != size)
		return err_set(e, EBADMSG, TR("damaged: %s", "壊れています: %s"),
			ZSTD_isError(n) ? ZSTD_getErrorName(n) : "size");
	*ret = TAKE(raw);
	*ret_len = n;
	return 0;
}

static int cannot_read(struct err *e)
{
	return err_set(e, errno, TR("cannot read: %m", "読めません: %m"));
}

static int read_whole(const char *path, uint8_t **ret, size_t *ret_len, struct err *e)
{
	AUTO(close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return cannot_read(e);
	if (!S_ISREG(st.st_mode) || st.st_size > SEGMENT_BYTES_MAX)
		return err_set(e, EBADMSG, TR("no segment", "セグメントではありません"));
	AUTO(free) uint8_t *data = malloc((size_t)st.st_size + 1);
	if (!data)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	size_t len = 0;
	for (ssize_t n = 1; n > 0 && len < (size_t)st.st_size; len += (size_t)n) {
		n = read(fd, data + len, (size_t)st.st_size - len);
		if (n < 0)
			return cannot_read(e);
	}
	*ret = TAKE(data);
	*ret_len = len;
	return 0;
}

static int digest_of(const uint8_t *data, size_t len, uint8_t ret[SEGMENT_DIGEST], struct err *e)
{
	unsigned int size = SEGMENT_DIGEST;

	return EVP_Digest(data, len, ret, &size, EVP_sha256(), NULL) == 1
		       ? 0
		       : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

int segment_read_file(const char *path, struct segment_info *ret, uint8_t ret_digest[SEGMENT_DIGEST],
	uint8_t **ret_raw, size_t *ret_len, struct err *e)
{
	AUTO(free) uint8_t *packed = NULL;
	AUTO(free) uint8_t *raw = NULL;
	size_t len = 0;
	int r = read_whole(path, &packed, &len, e);

	if (r == 0 && ret_digest)
		r = digest_of(packed, len, ret_digest, e);
	if (r == 0)
		r = segment_unpack(packed, len, &raw, &len, e);
	if (r == 0)
		r = segment_parse(raw, len, ret, e);
	if (r < 0)
		return err_context(e, r, "%s: ", path);
	if (ret_raw) {
		*ret_raw = TAKE(raw);
		*ret_len = len;
	}
	return 0;
}

int segment_read(const char *path, struct segment_info *ret, uint8_t **ret_raw, size_t *ret_len,
	struct err *e)
{
	return segment_read_file(path, ret, NULL, ret_raw, ret_len, e);
}
