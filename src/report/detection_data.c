#include "report/detection_data.h"

#include "report/ask.h"
#include "report/report_data.h"

#include <errno.h>

void report_detections_done(struct report_detections *d)
{
	top_free(d->categories);
	top_free(d->countries);
	trend_free(d->category_days);
	trend_free(d->country_days);
	cross_free(d->category_country);
	cross_free(d->country_signature);
	cross_free(d->examples);
	top_free(d->category_source);
	top_free(d->country_source);
	signatures_done(&d->names);
	for (size_t i = 0; i < d->set_count; i++)
		free(d->sets[i].files);
	free(d->sets);
	*d = (struct report_detections){0};
}

/* The report's filter, and that it is about detections: any category will do. */
static int make_filter(const struct report_options *options, struct expr **ret, struct err *e)
{
	AUTO(buf_done) struct buf any = {0};

	buf_text(&any, "category in (");
	for (int i = 0; i < RULE_CATEGORY_COUNT; i++)
		buf_printf(&any, "%s\"%s\"", i ? ", " : "", rule_category_name((enum rule_category)i));
	buf_char(&any, ')');
	return ask_narrow(options->where, buf_str(&any), ret, e);
}

static int ask_tops(const struct analysis *a, const struct report_options *options, struct report_detections *d,
	struct err *e)
{
	struct question categories = ask_question(options, DIMENSION_category);
	struct question countries = ask_question(options, DIMENSION_country);

	categories.without_sources = countries.without_sources = true;
	int rc = analysis_top(a, &categories, &d->categories, e);
	return rc < 0 ? rc : analysis_top(a, &countries, &d->countries, e);
}

static int ask_days(const struct analysis *a, const struct report_options *options, struct report_detections *d,
	struct err *e)
{
	struct question categories = ask_question(options, DIMENSION_category);
	struct question countries = ask_question(options, DIMENSION_country);

	categories.limit = countries.limit = REPORT_COURSES;
	categories.without_sources = countries.without_sources = true;
	int rc = analysis_trend(a, &categories, &d->category_days, e);
	return rc < 0 ? rc : analysis_trend(a, &countries, &d->country_days, e);
}

static int ask_crosses(const struct analysis *a, const struct report_options *options, struct report_detections *d,
	struct err *e)
{
	int rc = ask_cross(a, options, DIMENSION_category, DIMENSION_country, REPORT_COURSES, &d->category_country, e);

	if (rc == 0)
		rc = ask_cross(a, options, DIMENSION_country, DIMENSION_signature, REPORT_COURSES,
			&d->country_signature, e);
	return rc < 0 ? rc
		      : ask_cross(a, options, DIMENSION_category, DIMENSION_signature, SIZE_MAX, &d->examples, e);
}

const struct top_row *report_first_rise(const struct top *top)
{
	for (size_t i = 0; i < top->count; i++)
		if (top->rows[i].m.rise_rank == 1)
			return &top->rows[i];
	return NULL;
}

/* The first source of the key that rose most. */
static int ask_source(const struct analysis *a, const struct report_options *options, const struct top *top,
	struct top **ret, struct err *e)
{
	const struct top_row *row = report_first_rise(top);
	AUTO(expr_free) struct expr *where = NULL;
	AUTO(buf_done) struct buf key = {0};
	struct question q = ask_question(options, DIMENSION_source);

	if (!row)
		return 0;
	buf_printf(&key, "%s = \"%s\"", dimension_name(top->question.dimension), row->key);
	int rc = key.failed ? -ENOMEM : ask_narrow(options->where, buf_str(&key), &where, e);
	if (rc < 0)
		return rc;
	q.where = where;
	q.limit = 1;
	return analysis_top(a, &q, ret, e);
}

static int ask_files(const struct analysis *a, struct report_ruleset *set, struct err *e)
{
	int count = store_ruleset_files(a->store, set->set.digest, &set->files, e);

	set->file_count = count < 0 ? 0 : (size_t)count;
	return count;
}

static int ask_sets(const struct analysis *a, const struct report_options *options, struct report_detections *d,
	struct err *e)
{
	AUTO(free) struct ruleset *sets = NULL;
	int count = store_rulesets(a->store, options->period.from_s, options->period.to_s, &sets, e);

	if (count <= 0)
		return count;
	d->sets = calloc((size_t)count, sizeof(*d->sets));
	if (!d->sets)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (; d->set_count < (size_t)count; d->set_count++) {
		struct report_ruleset *set = &d->sets[d->set_count];

		set->set = sets[d->set_count];
		int rc = ask_files(a, set, e);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Of both periods: what they have and the others lack looks like a change. */
static int count_unjudged(const struct analysis *a, const struct report_options *options, struct report_detections *d,
	struct err *e)
{
	uint64_t before;
	int rc = store_unjudged(a->store, options->period.from_s, options->period.to_s, &d->unjudged, e);

	if (rc == 0)
		rc = store_unjudged(a->store, options->versus.from_s, options->versus.to_s, &before, e);
	d->unjudged += rc == 0 ? before : 0;
	return rc;
}

int report_detections_gather(
	const struct analysis *a, const struct report_options *options, struct report_detections *d, struct err *e)
{
	AUTO(expr_free) struct expr *where = NULL;
	struct report_options narrowed = *options;
	int rc = ask_sets(a, options, d, e);

	d->there = d->set_count > 0;
	d->unfit = !expr_fits_detections(options->where);
	if (rc < 0 || !d->there || d->unfit)
		return rc;
	rc = count_unjudged(a, options, d, e);
	if (rc == 0)
		rc = make_filter(options, &where, e);
	narrowed.where = where;
	if (rc == 0)
		rc = ask_tops(a, &narrowed, d, e);
	if (rc == 0)
		rc = ask_days(a, &narrowed, d, e);
	if (rc == 0)
		rc = ask_crosses(a, &narrowed, d, e);
	if (rc == 0)
		rc = ask_source(a, &narrowed, d->categories, &d->category_source, e);
	if (rc == 0)
		rc = ask_source(a, &narrowed, d->countries, &d->country_source, e);
	return rc < 0 ? rc : signatures_load(a, &d->names, e);
}
