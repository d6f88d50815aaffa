#include "report/report_data.h"

#include "report/ask.h"

#include <errno.h>
#include <string.h>

/* Of a daily course only the sources of a key on a day are told (say_peak()). */
enum { COURSE_UNREAD = UNREAD_TOTAL | UNREAD_KEYS | UNREAD_TOTAL_POINTS };

void report_data_done(struct report_data *data)
{
	top_free(data->services);
	top_free(data->countries);
	top_free(data->home_services);
	top_free(data->backscatter);
	trend_free(data->backscatter_days);
	top_free(data->first_service);
	cross_free(data->service_country);
	cross_free(data->country_service);
	for (size_t i = 0; i < REPORT_COURSES; i++) {
		trend_free(data->service_courses[i].trend);
		trend_free(data->country_courses[i].trend);
	}
	report_detections_done(&data->detections);
	free(data->filter);
	*data = (struct report_data){0};
}

/* The report's filter and one condition more: "service = 445/TCP". */
static int narrow(const struct report_options *options, const char *name, const char *value,
	struct expr **ret, struct err *e)
{
	AUTO(buf_done) struct buf condition = {0};

	buf_printf(&condition, "%s = \"%s\"", name, value);
	if (condition.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return ask_narrow(options->where, buf_str(&condition), ret, e);
}

static int ask_top(const struct analysis *a, const struct report_options *options,
	enum dimension dimension, const char *name, const char *value, struct top **ret,
	struct err *e)
{
	AUTO(expr_free) struct expr *where = NULL;
	struct question q = ask_question(options, dimension);

	int rc = narrow(options, name, value, &where, e);
	if (rc < 0)
		return rc;
	q.where = where;
	q.without_sources = true;
	return analysis_top(a, &q, ret, e);
}

/* One daily series for each of the first keys of top, split by another dimension. */
static int ask_courses(const struct analysis *a, const struct report_options *options,
	const struct top *top, enum dimension split, struct report_course *courses, size_t *count,
	struct err *e)
{
	for (size_t i = 0; i < top->count && i < REPORT_COURSES && top->rows[i].m.packets > 0;
		i++) {
		AUTO(expr_free) struct expr *where = NULL;
		struct question q = ask_question(options, split);
		const char *key = top->rows[i].key;

		int rc = narrow(options, dimension_name(top->question.dimension), key, &where, e);
		if (rc < 0)
			return rc;
		q.where = where;
		q.limit = REPORT_COURSES;
		q.unread = COURSE_UNREAD;
		courses[i].key = key;
		rc = analysis_trend(a, &q, &courses[i].trend, e);
		if (rc < 0)
			return rc;
		*count = i + 1;
	}
	return 0;
}

static int ask_backscatter_days(const struct analysis *a, const struct report_options *options,
	struct trend **ret, struct err *e)
{
	AUTO(expr_free) struct expr *where = NULL;
	struct question q = ask_question(options, DIMENSION_country);

	int rc = narrow(options, "class", "backscatter", &where, e);
	if (rc < 0)
		return rc;
	q.where = where;
	q.limit = REPORT_SHARES;
	q.unread = COURSE_UNREAD;
	return analysis_trend(a, &q, ret, e);
}

static int nothing_observed(const struct top *top, const struct period *period, struct err *e)
{
	char name[PERIOD_TEXT_SIZE];

	if (top->incomplete.count)
		return err_set(e, ENODATA,
			TR("%s: the import of %s is not complete; run teiten import again",
				"%s: %s の取り込みが終わっていません。もう一度 teiten import "
				"を実行してください"),
			period_print(period, name), top->incomplete.names[0]);
	return err_set(e, ENODATA,
		TR("%s: nothing was observed in this period (with this filter), so there "
		   "is nothing to report",
			"%s: この期間（と条件）に観測がないため、報告することがありません"),
		period_print(period, name));
}

/* The rows of the tables have at most this rank, rise rank or fall rank. */
static uint32_t printed_ranks(const struct settings *s)
{
	uint64_t most = s->top_rows;

	most = s->rise_rows > most ? s->rise_rows : most;
	return (uint32_t)(s->fall_rows > most ? s->fall_rows : most);
}

static int ask_rankings(const struct analysis *a, const struct report_options *options,
	struct report_data *data, struct err *e)
{
	struct question services = ask_question(options, DIMENSION_service);
	struct question countries = ask_question(options, DIMENSION_country);

	services.source_ranks = countries.source_ranks = printed_ranks(options->settings);
	countries.unread = UNREAD_TOTAL;
	int rc = analysis_top(a, &services, &data->services, e);
	if (rc < 0)
		return rc;
	if (!(data->services->exposure > 0) || data->services->total.packets == 0)
		return nothing_observed(data->services, &options->period, e);
	rc = analysis_top(a, &countries, &data->countries, e);
	if (rc == 0)
		rc = ask_top(a, options, DIMENSION_service, "country", options->settings->home,
			&data->home_services, e);
	if (rc == 0)
		rc = ask_top(a, options, DIMENSION_country, "class", "backscatter",
			&data->backscatter, e);
	if (rc == 0)
		rc = ask_top(a, options, DIMENSION_country, "service", data->services->rows[0].key,
			&data->first_service, e);
	return rc;
}

static int ask_losses(const struct analysis *a, const struct period *period,
	struct report_losses *ret, struct err *e)
{
	AUTO(free) struct coverage *list = NULL;

	int count = store_coverage(a->store, period->from_s, period->to_s, &list, e);
	if (count < 0)
		return count;
	for (int i = 0; i < count; i++) {
		ret->dropped += list[i].dropped;
		ret->lost += list[i].lost;
	}
	return 0;
}

static struct span span_of(const struct period *p)
{
	return (struct span){p->from_s, p->to_s};
}

static int ask_posted(const struct analysis *a, const struct period *period, struct posted_sum *ret, struct err *e)
{
	AUTO(free) struct posted_sum *sums = NULL;
	int count = store_posted_sums(a->store, span_of(period), &sums, e);

	for (int i = 0; i < count; i++) {
		ret->segments += sums[i].segments;
		ret->packets += sums[i].packets;
		ret->lost_ring += sums[i].lost_ring;
		ret->lost_interface += sums[i].lost_interface;
		ret->lost_spool += sums[i].lost_spool;
		ret->bodies_cut += sums[i].bodies_cut;
		ret->missing += sums[i].missing;
		ret->refused += sums[i].refused;
	}
	return count < 0 ? count : 0;
}

struct edition_subject report_subject(const struct report_data *data)
{
	return (struct edition_subject){.period = span_of(&data->period),
		.versus = span_of(&data->versus),
		.filter = data->filter ? data->filter : ""};
}

static int ask_edition(const struct analysis *a, const struct report_options *options, struct report_data *data, struct err *e)
{
	const struct edition_subject subject = report_subject(data);
	int rc = store_data_version(a->store, subject.period, subject.versus, &data->version, e);

	if (rc == 0)
		rc = store_edition_before(a->store, &subject, data->version, &data->before, e);
	return rc < 0 ? rc : 0;
}

static bool is_covered(const struct coverage *list, int count, const char *sensor)
{
	for (int i = 0; i < count; i++)
		if (strcmp(list[i].sensor, sensor) == 0)
			return true;
	return false;
}

/* Sensors in service in the period: those with dates by their dates, the others by their captures.
 */
static int count_sensors(const struct analysis *a, const struct report_options *options,
	struct report_data *data, struct err *e)
{
	AUTO(free) struct coverage *list = NULL;
	const struct period *p = &options->period;

	int count = store_coverage(a->store, p->from_s, p->to_s, &list, e);
	if (count < 0)
		return count;
	for (size_t i = 0; i < a->plant->count; i++) {
		const struct sensor *s = &a->plant->sensors[i];
		bool dated =
			s->since_s != INT64_MIN && s->since_s < p->to_s && s->until_s > p->from_s;

		if ((options->where && !expr_may_have_sensor(options->where, s->name)) ||
			!(dated || is_covered(list, count, s->name)))
			continue;
		data->sensors++;
		data->addresses += s->addresses;
		data->inferred += s->inferred;
	}
	return 0;
}

/* Names and addresses of sensors are secret: such a filter is not printed. */
static int describe_filter(
	const struct report_options *options, struct report_data *data, struct err *e)
{
	AUTO(buf_done) struct buf text = {0};

	if (!options->where)
		return 0;
	expr_print(options->where, &text);
	data->filter_is_secret =
		strstr(buf_str(&text), "sensor") || strstr(buf_str(&text), "destination");
	data->filter = strdup(buf_str(&text));
	if (text.failed || !data->filter)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return 0;
}

int report_data_gather(const struct analysis *a, const struct report_options *options,
	struct report_data *data, struct err *e)
{
	*data = (struct report_data){.period = options->period, .versus = options->versus};
	int rc = ask_rankings(a, options, data, e);
	if (rc == 0)
		rc = ask_cross(a, options, DIMENSION_service, DIMENSION_country, REPORT_COURSES,
			&data->service_country, e);
	if (rc == 0)
		rc = ask_cross(a, options, DIMENSION_country, DIMENSION_service, REPORT_COURSES,
			&data->country_service, e);
	if (rc == 0)
		rc = ask_courses(a, options, data->services, DIMENSION_country,
			data->service_courses, &data->service_course_count, e);
	if (rc == 0)
		rc = ask_courses(a, options, data->countries, DIMENSION_service,
			data->country_courses, &data->country_course_count, e);
	if (rc == 0)
		rc = ask_backscatter_days(a, options, &data->backscatter_days, e);
	if (rc == 0)
		rc = report_detections_gather(a, options, &data->detections, e);
	if (rc == 0)
		rc = ask_losses(a, &options->period, &data->losses, e);
	if (rc == 0)
		rc = ask_losses(a, &options->versus, &data->previous_losses, e);
	if (rc == 0)
		rc = store_approximation(a->store, span_of(&options->period), span_of(&options->versus),
			&data->stored, e);
	if (rc == 0)
		rc = count_sensors(a, options, data, e);
	if (rc == 0)
		rc = describe_filter(options, data, e);
	if (rc == 0)
		rc = ask_posted(a, &options->period, &data->posted, e);
	if (rc == 0)
		rc = ask_edition(a, options, data, e);
	if (rc == 0)
		data->sketched = data->services->approximate.sketched;
	if (rc == 0)
		data->incomplete = data->services->incomplete.count;
	return rc;
}
