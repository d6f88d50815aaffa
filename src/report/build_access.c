#include "report/build_access.h"

#include "report/say.h"

#include <inttypes.h>
#include <math.h>

enum { SHARE_NAMES = 3 };

static const double PEAK_TIMES = 1.5; /* of the mean, from which a day is mentioned */
static const double PEAK_SIGMAS = 5;  /* above the mean of a Poisson process, or of one packet a day
					 when it is lower: no chance of a quiet plant */
static const double PEAK_PERCENT = 50; /* of that day, from which one key explains it */
static const double SHARE_PERCENT = 1; /* under this a share is not worth a name */

/* What is negligible has no rank in print. */
static bool keeps_rank(const struct measure *m, uint32_t rank)
{
	return m->rank == rank && m->previous_rank == rank && !is_negligible(m->rate) &&
	       !is_negligible(m->previous_rate);
}

void say_same_ranks(struct builder *b, struct buf *paragraph, const struct top *top)
{
	struct doc *d = b->doc;
	uint32_t same = 0;

	while (same < top->count && same < b->options->settings->top_rows &&
		keeps_rank(&top->rows[same].m, same + 1))
		same++;
	if (same > 1)
		add_sentence(b, paragraph, SAY(d, same_ranks, doc_printf(d, "%" PRIu32, same)));
	else if (same == 1)
		add_sentence(b, paragraph, SAY(d, same_first));
}

static bool is_new(const struct measure *m)
{
	return is_negligible(m->previous_rate) && !is_negligible(m->rate);
}

void say_rises(struct builder *b, struct buf *paragraph, const struct top *top)
{
	struct doc *d = b->doc;
	const struct top_row *first = find_rise(top, 1);

	if (first && !is_new(&first->m))
		add_sentence(b, paragraph,
			SAY(d, top_rise, name_of(b, top->question.dimension, first->key),
				print_change(d, &first->m),
				change_end(change_of(b->options->settings, &first->m), d->lang)));
	for (uint32_t rank = 1; rank <= b->options->settings->rise_rows; rank++) {
		const struct top_row *row = find_rise(top, rank);

		if (row && is_new(&row->m))
			add_sentence(b, paragraph,
				SAY(d, new_item, name_of(b, top->question.dimension, row->key),
					print_rank(d, row->m.rank)));
	}
}

static void say_gone(
	struct builder *b, struct buf *paragraph, const struct top *top, const struct top_row *row)
{
	struct doc *d = b->doc;
	const char *name = name_of(b, top->question.dimension, row->key);
	const char *rank = print_rank(d, row->m.previous_rank);

	if (top->question.dimension == DIMENSION_service)
		add_sentence(b, paragraph, SAY(d, gone_service, name, rank));
	else
		add_sentence(b, paragraph, SAY(d, gone_country, name, rank));
}

void say_falls(struct builder *b, struct buf *paragraph, const struct top *top)
{
	struct doc *d = b->doc;
	const struct settings *settings = b->options->settings;
	const struct top_row *first = find_fall(top, 1);

	if (first && change_of(settings, &first->m) != CHANGE_GONE)
		add_sentence(b, paragraph,
			SAY(d, top_fall, name_of(b, top->question.dimension, first->key),
				print_change(d, &first->m),
				change_end(change_of(settings, &first->m), d->lang)));
	for (uint32_t rank = 1; rank <= settings->fall_rows; rank++) {
		const struct top_row *row = find_fall(top, rank);

		if (row && change_of(settings, &row->m) == CHANGE_GONE)
			say_gone(b, paragraph, top, row);
	}
}

const char *print_shares(struct builder *b, const struct trend *trend)
{
	struct doc *d = b->doc;
	const char *names[SHARE_NAMES];
	size_t count = 0;

	for (size_t i = 0; i < trend->count && count < SHARE_NAMES; i++) {
		double percent =
			100 * (double)trend->series[i].packets / (double)trend->total.packets;

		if (percent >= SHARE_PERCENT)
			names[count++] = SAY(d, name_share,
				name_of(b, trend->question.dimension, trend->series[i].key),
				print_share(d, percent));
	}
	return print_list(d, names, count);
}

/* The observed day with the most accesses per address. */
static size_t highest_day(const struct trend *trend)
{
	size_t highest = 0;
	double rate = -1;

	for (size_t i = 0; i < trend->points; i++) {
		const struct point *p = &trend->total.points[i];

		if (p->exposure > 0 && (double)p->packets / p->exposure > rate) {
			rate = (double)p->packets / p->exposure;
			highest = i;
		}
	}
	return highest;
}

/* Accesses that are stored without their source look like those of one. */
bool is_one_source(const struct trend *trend, const struct point *point)
{
	return point->sources == 1 && trend->approximate.without_source == 0;
}

void say_peak_part(struct builder *b, struct buf *paragraph, const struct trend *trend, int day)
{
	struct doc *d = b->doc;
	const struct series *main = NULL;

	for (size_t i = 0; i < trend->count; i++)
		if (!main || trend->series[i].points[day].packets > main->points[day].packets)
			main = &trend->series[i];
	if (!main)
		return;
	double percent =
		100 * (double)main->points[day].packets / (double)trend->total.points[day].packets;
	if (percent < PEAK_PERCENT)
		return;
	const char *name = name_of(b, trend->question.dimension, main->key);
	const char *share = print_share(d, percent);
	bool one = is_one_source(trend, &main->points[day]);
	if (trend->question.dimension == DIMENSION_country)
		add_sentence(b, paragraph,
			one ? SAY(d, peak_country_one, share, name)
			    : SAY(d, peak_country, share, name));
	else
		add_sentence(b, paragraph,
			one ? SAY(d, peak_service_one, share, name)
			    : SAY(d, peak_service, share, name));
}

int say_peak(struct builder *b, struct buf *paragraph, const struct trend *trend)
{
	struct doc *d = b->doc;

	if (trend->points == 0 || trend->total.packets == 0)
		return -1;
	size_t day = highest_day(trend);
	const struct point *p = &trend->total.points[day];
	double mean = (double)trend->total.packets / trend->exposure;
	double rate = (double)p->packets / p->exposure;
	double expected = mean * p->exposure;
	if (!(rate >= PEAK_TIMES * mean) ||
		(double)p->packets - expected < PEAK_SIGMAS * sqrt(fmax(expected, 1)))
		return -1;
	add_sentence(b, paragraph,
		SAY(d, peak, print_day(d, p->from_s), print_number(d, rate, 1),
			print_number(d, rate / mean, 1)));
	return (int)day;
}

const char *figure_ahead(struct builder *b, size_t n)
{
	return doc_printf(b->doc, "%u-%zu", b->section, b->figures + n);
}
