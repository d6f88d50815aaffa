/* Blocks in, exactly once. The table `block` is written ahead: before block n is sent its identity
 * stands there. So when a segment is taken up again after a crash, blocks before the last one noted
 * are known to be in (they are not sent again), and only the last one is sent to all tables with
 * the same insert token, which those remember that have it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "store/identity.h"
#include "store/internal.h"
#include "store/native.h"
#include "store/sql.h"
#include "store/tokens.h"

/* One block of ours must be one block of the engine, cut the same way each time: no splitting, no
 * squashing, one thread. It is sorted and added up already where that matters. */
static const char insert_settings[] =
	"&async_insert=0&insert_deduplicate=1&max_partitions_per_insert_block=0"
	"&max_insert_block_size=2000000&max_block_size=2000000&preferred_block_size_bytes=0"
	"&min_insert_block_size_rows=0&min_insert_block_size_bytes=0"
	"&max_threads=1&max_insert_threads=1&optimize_on_insert=0"
	"&insert_deduplication_token=";

static int send_native(struct store *s, const char *table, const struct native *n,
	const char *token, struct err *e)
{
	char sql[80], settings[sizeof(insert_settings) + 128];
	struct request insert = {
		.sql = sql, .settings = settings, .body = n->pieces, .body_count = n->count};
	AUTO(buf_done) struct buf answer = {0};

	snprintf(sql, sizeof(sql), "INSERT INTO %s FORMAT Native", table);
	snprintf(settings, sizeof(settings), "%s%s", insert_settings, token);
	int r = store_request(s, &insert, &answer, e);
	return r < 0 || !s->local.folder ? r : tokens_sync(s->local.folder, e);
}

static int send_rollup(struct store *s, struct rollup_base *base, enum rollup_table table,
	const char *token, struct err *e)
{
	AUTO(rollup_done) struct rollup rollup = {0};
	AUTO(native_done) struct native n = {0};
	int r = rollup_make(base, table, &rollup, e);

	if (r >= 0)
		r = native_rollup(&n, &rollup, base, e);
	return r < 0 ? r : send_native(s, rollup.table, &n, token, e);
}

static int send_rows(struct store *s, const struct rows *rows, const struct plant *plant,
	const char *token, struct err *e)
{
	AUTO(rollup_base_done) struct rollup_base base = {0};
	AUTO(native_done) struct native n = {0};
	int r = rollup_base_init(&base, rows, plant, e);

	if (r >= 0)
		r = native_access(&n, &base, e);
	if (r >= 0)
		r = send_native(s, "access", &n, token, e);
	for (enum rollup_table table = 0; r >= 0 && table < ROLLUP_COUNT; table++)
		r = send_rollup(s, &base, table, token, e);
	return r;
}

static int send_payload(
	struct store *s, const struct block *block, const char *token, struct err *e)
{
	AUTO(native_done) struct native n = {0};
	int r = block->payload_count ? native_payload(&n, block, e) : 0;

	return r < 0 || !block->payload_count ? r : send_native(s, "payload", &n, token, e);
}

struct block_key {
	const struct segment *segment;
	char number[24];
	struct identity identity;
};

static int note(struct store *s, const struct block_key *key, struct err *e)
{
	char cut[24], filled[24], parts[24];
	struct param params[] = {{"digest", key->segment->digest}, {"number", key->number},
		{"cut", cut}, {"filled", filled}, {"parts", parts}};

	snprintf(cut, sizeof(cut), "%" PRIu64, key->identity.cut);
	snprintf(filled, sizeof(filled), "%" PRIu64, key->identity.filled);
	snprintf(parts, sizeof(parts), "%" PRIu64, key->identity.parts);
	return store_execute(s, sql_block_put, params, ARRAY_SIZE(params), e);
}

static int changed(const struct segment *segment, struct err *e)
{
	return err_set(e, ESTALE,
		TR("%s was taken in half with other settings or data of places; it can be "
		   "completed only with those",
			"%s は別の設定または国・AS "
			"データで途中まで取り込まれています。同じ設定とデータでのみ再開できます"),
		segment->name);
}

/* The tokens of a block are remembered for STORE_WINDOW parts of later ones. */
static int check_window(struct store *s, const struct block_key *key, struct err *e)
{
	struct param params[] = {{"digest", key->segment->digest}, {"number", key->number}};
	AUTO(result_done) struct result parts = {0};
	int r = store_query(s, sql_block_since, params, ARRAY_SIZE(params), &parts, e);

	if (r < 0)
		return r;
	if (result_u64(&parts, 0, 0) + key->identity.parts > STORE_WINDOW)
		return err_set(e, ESTALE,
			TR("%s was interrupted too long ago to be completed exactly",
				"%s は中断から時間が経ちすぎており、正確に再開できません"),
			key->segment->name);
	return 0;
}

/* What the ledger says of this block: 0 it is to be sent, and is noted; 1 it is in. */
static int consult(struct store *s, const struct block_key *key, struct err *e)
{
	struct param params[] = {{"digest", key->segment->digest}, {"number", key->number}};
	AUTO(result_done) struct result known = {0};
	int r = store_query(s, sql_block_find, params, ARRAY_SIZE(params), &known, e);

	if (r < 0)
		return r;
	if (known.rows == 0)
		return note(s, key, e);
	if (result_u64(&known, 0, 0) != key->identity.cut)
		return changed(key->segment, e);
	bool is_last = result_u64(&known, 0, 2);
	if (!is_last)
		return 1;
	if (result_u64(&known, 0, 1) != key->identity.filled)
		return changed(key->segment, e);
	return check_window(s, key, e);
}

int store_insert_block(struct store *s, const struct segment *segment, uint64_t index,
	const struct block *block, const struct plant *plant, struct err *e)
{
	struct block_key key = {.segment = segment, .identity = identity_of(block, plant)};
	char token[DIGEST_TEXT + 32];

	if (block->rows.count == 0)
		return 0;
	snprintf(key.number, sizeof(key.number), "%" PRIu64, index);
	int r = consult(s, &key, e);
	if (r != 0)
		return r < 0 ? r : 0;
	snprintf(token, sizeof(token), "%s:%s", segment->digest, key.number);
	r = send_payload(s, block, token, e);
	return r < 0 ? r : send_rows(s, &block->rows, plant, token, e);
}
