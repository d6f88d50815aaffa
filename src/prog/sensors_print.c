#include "prog/sensors_print.h"

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "prog/table.h"

#include <inttypes.h>

#define X(field, en, ja, what) +1
enum { NUMBERS = 0 SENSOR_NUMBERS(X), COLUMNS = NUMBERS + 4 };
#undef X

static uint64_t since(int64_t heard_s, int64_t now_s)
{
	return heard_s < now_s ? (uint64_t)(now_s - heard_s) : 0;
}

/* --- table --- */

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static void add_heard(struct table *t, int64_t heard_s, int64_t now_s)
{
	uint64_t s = since(heard_s, now_s);

	if (heard_s == 0)
		table_cell(t, TR("never", "なし"));
	else if (s < 2 * MINUTE_S)
		table_cellf(t, TR("%" PRIu64 " s ago", "%" PRIu64 " 秒前"), s);
	else if (s < 2 * HOUR_S)
		table_cellf(t, TR("%" PRIu64 " min ago", "%" PRIu64 " 分前"), s / MINUTE_S);
	else if (s < 2 * DAY_S)
		table_cellf(t, TR("%" PRIu64 " h ago", "%" PRIu64 " 時間前"), s / HOUR_S);
	else
		table_cellf(t, TR("%" PRIu64 " days ago", "%" PRIu64 " 日前"), s / DAY_S);
}

static void print_table(const struct sensor_states *all, int64_t now_s, struct buf *out)
{
	static const bool right[COLUMNS] = {[3 ... COLUMNS - 1] = true};
	AUTO(table_done) struct table t = {.columns = COLUMNS, .right = right};

	table_cell(&t, TR("sensor", "センサー"));
	table_cell(&t, TR("mode", "方式"));
	table_cell(&t, TR("heard", "最終受信"));
#define X(field, en, ja, what) table_cell(&t, TR(en, ja));
	SENSOR_NUMBERS(X)
#undef X
	table_cell(&t, TR("waiting", "取込待ち"));
	for (size_t i = 0; i < all->count; i++) {
		const struct sensor_state *s = &all->states[i];

		table_cell(&t, s->sums.sensor);
		table_cell(&t, s->mode[0] ? s->mode : "-");
		add_heard(&t, s->heard_s, now_s);
#define X(field, en, ja, what) table_cellf(&t, "%" PRIu64, s->sums.field);
		SENSOR_NUMBERS(X)
#undef X
		table_cellf(&t, "%" PRIu64, s->waiting);
	}
	table_print(&t, out);
}

/* --- for machines --- */

static void print_json(const struct sensor_states *all, const struct period *period, int64_t now_s, struct buf *out)
{
	struct json j = {.out = out};
	char from[ZONE_TEXT_SIZE], to[ZONE_TEXT_SIZE];

	json_open(&j, NULL, '{');
	json_open(&j, "period", '{');
	json_text(&j, "from", zone_print(period->from_s, from));
	json_text(&j, "to", zone_print(period->to_s, to));
	json_close(&j, '}');
	json_open(&j, "sensors", '[');
	for (size_t i = 0; i < all->count; i++) {
		const struct sensor_state *s = &all->states[i];

		json_open(&j, NULL, '{');
		json_text(&j, "sensor", s->sums.sensor);
		if (s->mode[0])
			json_text(&j, "mode", s->mode);
		else
			json_null(&j, "mode");
		if (s->heard_s)
			json_u64(&j, "heard_s", since(s->heard_s, now_s));
		else
			json_null(&j, "heard_s");
#define X(field, en, ja, what) json_u64(&j, #field, s->sums.field);
		SENSOR_NUMBERS(X)
#undef X
		json_u64(&j, "waiting", s->waiting);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	buf_char(out, '\n');
}

static void print_csv(const struct sensor_states *all, int64_t now_s, struct buf *out)
{
	buf_text(out, "sensor,mode,heard_s");
#define X(field, en, ja, what) buf_text(out, "," #field);
	SENSOR_NUMBERS(X)
#undef X
	buf_text(out, ",waiting\n");
	for (size_t i = 0; i < all->count; i++) {
		const struct sensor_state *s = &all->states[i];

		buf_csv(out, s->sums.sensor);
		buf_printf(out, ",%s,", s->mode);
		if (s->heard_s)
			buf_printf(out, "%" PRIu64, since(s->heard_s, now_s));
#define X(field, en, ja, what) buf_printf(out, ",%" PRIu64, s->sums.field);
		SENSOR_NUMBERS(X)
#undef X
		buf_printf(out, ",%" PRIu64 "\n", s->waiting);
	}
}

void sensors_print(const struct sensor_states *all, const struct period *period, int64_t now_s, enum format format, struct buf *out)
{
	switch (format) {
	case FORMAT_TABLE:
		print_table(all, now_s, out);
		break;
	case FORMAT_JSON:
		print_json(all, period, now_s, out);
		break;
	case FORMAT_CSV:
		print_csv(all, now_s, out);
		break;
	}
}

/* --- for a monitoring system --- */

static void begin_metric(struct buf *out, const char *name, const char *what)
{
	buf_printf(out, "# HELP teiten_sensor_%s %s\n# TYPE teiten_sensor_%s gauge\n", name, what, name);
}

static void add_metric(struct buf *out, const char *name, const struct sensor_state *s, uint64_t value)
{
	buf_printf(out, "teiten_sensor_%s{sensor=\"%s\"} %" PRIu64 "\n", name, s->sums.sensor, value);
}

void sensors_metrics(const struct sensor_states *all, int64_t now_s, struct buf *out)
{
	begin_metric(out, "heard_seconds", "seconds since a heartbeat or a segment came");
	for (size_t i = 0; i < all->count; i++)
		if (all->states[i].heard_s)
			add_metric(out, "heard_seconds", &all->states[i], since(all->states[i].heard_s, now_s));
	begin_metric(out, "waiting", "segments that are not in the store yet");
	for (size_t i = 0; i < all->count; i++)
		add_metric(out, "waiting", &all->states[i], all->states[i].waiting);
#define X(field, en, ja, what)                                                                     \
	begin_metric(out, #field, what " (of the last 24 hours)");                                 \
	for (size_t i = 0; i < all->count; i++)                                                    \
		add_metric(out, #field, &all->states[i], all->states[i].sums.field);
	SENSOR_NUMBERS(X)
#undef X
}
