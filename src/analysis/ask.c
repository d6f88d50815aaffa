#include "analysis/count.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "analysis/expr_tree.h"
#include "base/zone.h"

static uint64_t clamp(int64_t value, uint64_t max)
{
	return value < 0 ? 0 : (uint64_t)value > max ? max : (uint64_t)value;
}

/* Days of the store that can hold accesses of the period: its own, or (in another zone) two more at
 * both ends. */
static void bind_days(
	struct ask *ask, const char *from, const char *to, const struct period *p, bool store_days)
{
	int32_t more = store_days ? 0 : 2;

	sql_bind_u64(&ask->sql, from, clamp((int64_t)day_of(p->from_s) - more, UINT16_MAX));
	sql_bind_u64(&ask->sql, to, clamp((int64_t)day_of(p->to_s - 1) + 1 + more, UINT16_MAX));
}

static void bind_period(struct ask *ask, const struct period *p, bool versus, bool store_days)
{
	const char *from = versus ? "vfrom" : "from", *to = versus ? "vto" : "to";

	if (ask->table->unit <= UNIT_DAY) {
		bind_days(ask, from, to, p, true);
		return;
	}
	sql_bind_u64(&ask->sql, from, clamp(p->from_s, UINT32_MAX));
	sql_bind_u64(&ask->sql, to, clamp(p->to_s, UINT32_MAX));
	bind_days(ask, versus ? "vfrom_day" : "from_day", versus ? "vto_day" : "to_day", p,
		store_days);
}

/* The subject of the question that reads one of these columns. */
static const char *reader_of(const struct question *q, unsigned columns)
{
	const enum dimension dimensions[] = {q->dimension, q->dimension2};

	for (size_t i = 0; i < ARRAY_SIZE(dimensions); i++)
		if (dimensions[i] < DIMENSION_COUNT && key_columns(dimensions[i]) & columns)
			return dimension_name(dimensions[i]);
	return expr_reader(q->where, columns);
}

int ask_check(const struct question *q, struct question *ret, struct err *e)
{
	unsigned columns = key_columns(q->dimension) | expr_columns(q->where);

	if (q->dimension2 < DIMENSION_COUNT)
		columns |= key_columns(q->dimension2);
	*ret = *q;
	ret->detections = columns & DETECTION_BITS;
	if (!plan_lacks(columns))
		return 0;
	return err_set(e, EINVAL,
		TR("%s and %s cannot be asked together: detections are kept with source, country, AS, sensor, "
		   "service, source port and time",
			"%s と %s は組み合わせられません。検知には発信元・国・AS・センサー・宛先ポート・発信元ポート・時刻だけが"
			"あります"),
		reader_of(q, DETECTION_BITS), reader_of(q, plan_lacks(columns)));
}

static void keep_new(struct ask *ask, const struct period *p)
{
	sql_bind_u64(&ask->sql, "new_from", clamp(p->from_s, UINT32_MAX));
	sql_bind_u64(&ask->sql, "new_to", clamp(p->to_s, UINT32_MAX));
	buf_text(&ask->where, " AND payload IN (SELECT hash FROM payload GROUP BY hash HAVING "
			      "min(first_seen) >= toDateTime({new_from:UInt32}, 'UTC') AND "
			      "min(first_seen) < toDateTime({new_to:UInt32}, 'UTC'))");
}

static struct plan_need need_of(
	const struct analysis *a, const struct question *q, const struct ask_for *want)
{
	const struct period *now = &q->period, *before = want->versus ? &q->versus : now;

	return (struct plan_need){
		.columns = want->columns | expr_columns(q->where) | COLUMN_BIT(packets) |
			   (want->sources ? COLUMN_BIT(src) : 0) |
			   (q->detections ? DETECTION_BITS : 0) |
			   (q->new_payloads ? COLUMN_BIT(payload) : 0),
		.whole_months = want->steps == UNIT_MONTH && period_is_months(now) &&
				period_is_months(before),
		.whole_days = want->steps <= UNIT_DAY && period_is_days(now) &&
			      period_is_days(before),
		.whole_quarters = period_is_quarters(now) && period_is_quarters(before),
		.store_days = strcmp(store_zone(a->store), zone_name()) == 0,
	};
}

void ask_begin(
	struct ask *ask, const struct analysis *a, const struct question *q, struct ask_for want)
{
	struct plan_need need = need_of(a, q, &want);
	bool verdicts = need.columns & COLUMNS_VERDICT;

	*ask = (struct ask){.table = plan_table(&need),
		.with = verdicts ? "WITH @verdicts@" : "",
		.with_and = verdicts ? "WITH @verdicts@," : "WITH"};
	assert(ask->table); /* ask_check() */
	sql_filter(&ask->sql, q->where, &ask->where);
	if (q->new_payloads)
		keep_new(ask, &q->period);
	ask->sql.failed |= ask->where.failed;
	sql_bind(&ask->sql, "zone", zone_name());
	bind_period(ask, &q->period, false, need.store_days);
	if (want.versus)
		bind_period(ask, &q->versus, true, need.store_days);
}

bool total_has_same_table(const struct analysis *a, const struct question *q)
{
	struct ask_for want = {key_columns(q->dimension), true, true, UNIT_MONTH};
	struct plan_need keys = need_of(a, q, &want);

	want.columns = 0;
	struct plan_need total = need_of(a, q, &want);
	return plan_table(&keys) == plan_table(&total);
}

void ask_done(struct ask *ask)
{
	sql_done(&ask->sql);
	buf_done(&ask->where);
}

const char *key_sql(enum dimension d)
{
	return d == DIMENSION_NONE ? "0" : subject_info((enum subject)d)->sql;
}

unsigned key_columns(enum dimension d)
{
	return d == DIMENSION_NONE ? 0 : subject_info((enum subject)d)->columns;
}

bool question_reads(const struct question *q, unsigned what)
{
	return !q->without_sources && !(q->unread & what);
}

enum source_count source_count_of(bool wanted, bool sketch, enum dimension d, enum dimension d2)
{
	if (!wanted)
		return SOURCES_NONE;
	if (d == DIMENSION_source || d2 == DIMENSION_source)
		return SOURCES_OF_SOURCE;
	return sketch ? SOURCES_SKETCH : SOURCES_EXACT;
}

/* IPv4 addresses are counted by their four bytes: a set of them takes a quarter of the memory and a
 * third of the time. Each address is in one of the two sets (0.0.0.0 in the second). */
#define V4    "toIPv4OrDefault(src)"
#define IS_V4 V4 " != toIPv4('0.0.0.0')"

void source_count_sql(enum source_count how, const char *condition, struct buf *out)
{
	switch (how) {
	case SOURCES_NONE:
		buf_char(out, '0');
		break;
	case SOURCES_EXACT:
		buf_printf(out,
			"uniqExactIf(" V4 ", %s AND " IS_V4 ") + uniqExactIf(src, %s AND NOT " IS_V4
			")",
			condition, condition);
		break;
	case SOURCES_SKETCH:
		buf_printf(out, "uniqCombined64If(14)(src, %s)", condition);
		break;
	case SOURCES_OF_SOURCE:
		buf_printf(out, "toUInt8(countIf(%s) > 0)", condition);
		break;
	}
}

void ask_chosen(struct ask *ask, const char *name, const struct counts *chosen, struct buf *out)
{
	if (chosen->dimension == DIMENSION_NONE || chosen->count > CHOSEN_MAX) {
		buf_char(out, '1');
		return;
	}
	enum subject s = (enum subject)chosen->dimension;
	AUTO(free) struct value *keys = calloc(chosen->count + 1, sizeof(*keys));
	if (!keys) {
		ask->sql.failed = true;
		return;
	}
	for (size_t i = 0; i < chosen->count; i++)
		keys[i] = chosen->rows[i].key;
	sql_bind_values(&ask->sql, name, s, keys, chosen->count);
	buf_printf(
		out, "%s IN {%s:Array(%s)}", subject_info(s)->sql, name, subject_info(s)->sql_type);
	ask->sql.failed |= out->failed;
}
