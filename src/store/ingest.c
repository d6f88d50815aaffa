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
#include "store/parcel.h"
#include "store/sql.h"
#include "store/tokens.h"

/* The parcels of a block. Each is on its way while the next one is made. */
struct delivery {
	struct store *s;
	const char *token;
	struct parcel parcels[STORE_LANES];
	size_t count;
};

_Static_assert(STORE_LANES == ROLLUP_COUNT + 3, "payload, detection, access and the roll-ups");

static void send_parcel(struct delivery *d, const char *table)
{
	parcel_send(&d->parcels[d->count], d->s, d->count, table, d->token);
	d->count++;
}

static int send_payload(struct delivery *d, const struct block *block, struct err *e)
{
	if (block->payload_count == 0)
		return 0;
	int r = native_payload(&d->parcels[d->count].native, block, e);
	if (r >= 0)
		send_parcel(d, "payload");
	return r;
}

static int send_detections(
	struct delivery *d, const struct block *block, const struct plant *plant, struct err *e)
{
	if (block->detections.count == 0)
		return 0;
	int r = native_detection(&d->parcels[d->count].native, &block->detections, plant, e);
	if (r >= 0)
		send_parcel(d, "detection");
	return r;
}

static int send_rollup(struct delivery *d, enum rollup_table table, struct err *e)
{
	struct parcel *p = &d->parcels[d->count];

	rollup_make(&d->s->base, table, &p->rollup);
	int r = native_rollup(&p->native, &p->rollup, &d->s->base, e);
	if (r >= 0)
		send_parcel(d, p->rollup.table);
	return r;
}

static int send_all(struct delivery *d, const struct block *block, const struct plant *plant, struct err *e)
{
	int r = send_payload(d, block, e);

	if (r >= 0)
		r = send_detections(d, block, plant, e);
	if (r >= 0)
		r = rollup_base_init(&d->s->base, &block->rows, plant, e);
	if (r >= 0)
		r = native_access(&d->parcels[d->count].native, &d->s->base, block->labels, e);
	if (r >= 0)
		send_parcel(d, "access");
	for (enum rollup_table table = 0; r >= 0 && table < ROLLUP_COUNT; table++)
		r = send_rollup(d, table, e);
	return r;
}

/* All of them are waited for, also after a failure; then their tokens are made to last. */
static int deliver(struct store *s, const struct block *block, const struct plant *plant, const char *token,
	struct err *e)
{
	struct delivery d = {.s = s, .token = token};
	int r = send_all(&d, block, plant, e);

	for (size_t i = 0; i < STORE_LANES; i++) {
		if (r >= 0)
			r = parcel_wait(&d.parcels[i], s, e);
		else
			parcel_stop(&d.parcels[i]);
		parcel_done(&d.parcels[i]);
	}
	return r < 0 || !s->local.folder ? r : tokens_sync(s->local.folder, e);
}

struct block_key {
	const struct segment *segment;
	char number[24];
	struct identity identity;
};

/* A note whose answer was lost may stand there twice: block_find.sql takes the first, and
 * block_since.sql then counts a few parts too many, which errs on the safe side. */
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
		TR("%s was taken in half with other settings, signatures or data of places; it can be "
		   "completed only with those",
			"%s は別の設定、シグネチャ、または国・AS "
			"データで途中まで取り込まれています。同じものでのみ再開できます"),
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

static int know_settings(struct store *s, struct err *e)
{
	AUTO(result_done) struct result known = {0};

	if (s->knows_settings)
		return 0;
	int r = store_query(s, sql_has_deduplicate_insert, NULL, 0, &known, e);
	s->knows_settings = r >= 0;
	s->has_deduplicate_insert = r >= 0 && result_u64(&known, 0, 0) > 0;
	return r;
}

int store_insert_block(struct store *s, const struct segment *segment, uint64_t index,
	const struct block *block, const struct plant *plant, struct err *e)
{
	struct block_key key = {.segment = segment, .identity = identity_of(block, plant)};
	char token[DIGEST_TEXT + 32];

	if (block->rows.count == 0)
		return 0;
	snprintf(key.number, sizeof(key.number), "%" PRIu64, index);
	int r = know_settings(s, e);
	if (r >= 0)
		r = consult(s, &key, e);
	if (r != 0)
		return r < 0 ? r : 0;
	snprintf(token, sizeof(token), "%s:%s", segment->digest, key.number);
	return deliver(s, block, plant, token, e);
}

void store_insert_end(struct store *s)
{
	rollup_base_done(&s->base);
}
