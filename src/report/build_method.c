/* The last section: how the numbers were made, so that another could make them again. */
#include "report/build.h"

#include <string.h>

#include "analysis/candidate.h"
#include "base/zone.h"
#include "report/say.h"

#include <inttypes.h>

static const char *print_limit(struct doc *d, uint64_t limit)
{
	return doc_printf(d, "%" PRIu64, limit);
}

static const char *print_threshold(struct doc *d, double percent)
{
	return doc_printf(d, "%g", percent);
}

static void add_rules(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct settings *s = b->options->settings;

	doc_texts_add(d, items, SAY(d, method_rate));
	doc_texts_add(d, items, SAY(d, method_change));
	doc_texts_add(d, items,
		SAY(d, method_rank, print_limit(d, s->top_rows), print_limit(d, s->rise_rows),
			print_limit(d, s->fall_rows)));
	doc_texts_add(d, items,
		SAY(d, method_words, print_threshold(d, s->word_flat),
			print_threshold(d, s->word_nearly), print_threshold(d, s->word_slight),
			print_threshold(d, s->word_strong), print_threshold(d, s->word_gone)));
}

static void add_approximate(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct approximation *stored = &b->data->stored;

	if (stored->coarse)
		doc_texts_add(d, items,
			SAY(d, method_coarse, print_count(d, stored->coarse),
				print_count(d, stored->without_source)));
	if (b->data->sketched)
		doc_texts_add(d, items, SAY(d, method_sketched));
}

static void add_filter(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;

	if (!b->data->filter)
		return;
	doc_texts_add(d, items,
		b->data->filter_is_secret ? SAY(d, method_filter_secret)
					  : SAY(d, method_filter, b->data->filter));
	if (expr_asks_candidates(b->options->where))
		doc_texts_add(d, items, SAY(d, method_candidates));
}

static void add_posted(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct posted_sum *p = &b->data->posted;

	if (p->segments + p->missing + p->refused == 0)
		return;
	doc_texts_add(d, items,
		SAY(d, method_posted, print_count(d, p->segments), print_count(d, p->packets), print_count(d, p->lost_ring),
			print_count(d, p->lost_interface), print_count(d, p->lost_spool), print_count(d, p->bodies_cut),
			print_count(d, p->missing), print_count(d, p->refused)));
}

static void add_erratum(struct builder *b, struct texts *items)
{
	struct doc *d = b->doc;
	const struct edition *before = &b->data->before;

	if (before->made_s == 0)
		return;
	doc_texts_add(d, items,
		SAY(d, method_erratum, print_date(d, before->made_s), print_limit(d, before->data), print_count(d, before->packets),
			print_count(d, b->data->services->total.packets)));
}

void build_method(struct builder *b)
{
	struct doc *d = b->doc;
	const struct report_options *options = b->options;
	char now[PERIOD_TEXT_SIZE], before[PERIOD_TEXT_SIZE];

	doc_heading(d, 1, has_detection_section(b) ? "5" : "4", SAY(d, method));
	struct texts items = {0};
	doc_texts_add(d, &items, SAY(d, method_access));
	doc_texts_add(d, &items, SAY(d, method_service));
	add_rules(b, &items);
	doc_texts_add(d, &items,
		SAY(d, method_period, period_print(&b->data->period, now),
			period_print(&b->data->versus, before), zone_name()));
	add_approximate(b, &items);
	add_posted(b, &items);
	add_signature_method(b, &items);
	add_filter(b, &items);
	if (options->geo_version && *options->geo_version)
		doc_texts_add(d, &items, SAY(d, method_place, options->geo_version));
	if (options->geo_version && strstr(options->geo_version, "@ip-location-db/asn"))
		doc_texts_add(d, &items, SAY(d, method_credit));
	doc_texts_add(d, &items,
		SAY(d, method_version, options->program_version ? options->program_version : "-",
			print_limit(d, b->data->version)));
	add_erratum(b, &items);
	doc_list(d)->items = items;
	if (has_detections(b))
		build_examples(b);
}
