#include "report/build.h"

#include "base/zone.h"
#include "geo/country.h"
#include "report/era.h"
#include "report/say.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const char *const months_en[] = {"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"};

bool has_detection_section(const struct builder *b)
{
	return !b->data->detections.unfit;
}

bool has_detections(const struct builder *b)
{
	return b->data->detections.there && !b->data->detections.unfit;
}

const char *label_of(struct builder *b, enum dimension dimension, const char *key)
{
	const char *message = signatures_message(&b->data->detections.names, key);

	if (dimension == DIMENSION_signature)
		return doc_copy(b->doc, message && *message ? message : key);
	if (dimension != DIMENSION_country || strlen(key) != 2)
		return doc_copy(b->doc, key);
	const char *name = country_name(key, b->doc->lang);
	return doc_copy(b->doc, name ? name : key);
}

/* Names of countries that an English sentence gives an article. */
static bool takes_article(const char *code)
{
	static const char codes[][3] = {"AE", "BS", "CD", "CF", "DO", "GB", "GM", "KM", "KY", "MH",
		"MV", "NL", "PH", "SB", "SC", "US"};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

const char *name_of(struct builder *b, enum dimension dimension, const char *key)
{
	const char *label = label_of(b, dimension, key);
	AUTO(buf_done) struct buf name = {0};

	if (dimension != DIMENSION_country || b->doc->lang != LANG_EN || !takes_article(key))
		return label;
	buf_printf(&name, "the %s", label);
	return doc_copy(b->doc, buf_str(&name));
}

bool has_previous(const struct builder *b)
{
	return b->data->services->versus_exposure > 0;
}

const struct top_row *find_rise(const struct top *top, uint32_t rank)
{
	for (size_t i = 0; i < top->count; i++)
		if (top->rows[i].m.rise_rank == rank && !is_negligible(top->rows[i].m.change))
			return &top->rows[i];
	return NULL;
}

const struct top_row *find_fall(const struct top *top, uint32_t rank)
{
	for (size_t i = 0; i < top->count; i++)
		if (top->rows[i].m.fall_rank == rank && !is_negligible(top->rows[i].m.change))
			return &top->rows[i];
	return NULL;
}

const struct top_row *find_key(const struct top *top, const char *key)
{
	for (size_t i = 0; i < top->count; i++)
		if (strcmp(top->rows[i].key, key) == 0)
			return &top->rows[i];
	return NULL;
}

const char *print_day(struct doc *d, int64_t t_s)
{
	struct civil c = civil_of(t_s);

	if (d->lang == LANG_JA)
		return doc_printf(d, "%d 月 %d 日", c.month, c.day);
	return doc_printf(d, "%d %s", c.day, months_en[c.month - 1]);
}

/* The era is that of the month's last day: the year in which the report looks back on it. */
const char *print_month(struct doc *d, const struct period *period)
{
	struct civil last = civil_of(period->to_s - 1);
	char year[ERA_TEXT_SIZE];

	if (d->lang == LANG_JA)
		return doc_printf(d, "%s %d 月期", era_year(last.year, last.month, last.day, year),
			last.month);
	return doc_printf(d, "%s %d", months_en[last.month - 1], last.year);
}

void note_approximate(struct builder *b, struct part *part, const struct approximate *a)
{
	struct doc *d = b->doc;
	uint64_t accesses = a->coarse > a->without_source ? a->coarse : a->without_source;

	if (!a->packets)
		return;
	size_t number = doc_note(d, part, SAY(d, note_packets, print_count(d, accesses)));
	part->text = doc_printf(d, "%s%s", part->text, doc_superscript(d, number));
}

const char *print_date(struct doc *d, int64_t t_s)
{
	struct civil c = civil_of(t_s);
	char text[ERA_TEXT_SIZE];

	if (d->lang == LANG_JA)
		return doc_copy(d, era_date(c.year, c.month, c.day, text));
	return doc_printf(d, "%d %s %d", c.day, months_en[c.month - 1], c.year);
}

void add_sentence(struct builder *b, struct buf *paragraph, const char *text)
{
	if (paragraph->len && *text && b->doc->lang != LANG_JA)
		buf_char(paragraph, ' ');
	buf_text(paragraph, text);
}

void end_paragraph(struct builder *b, struct buf *paragraph)
{
	b->doc->failed = b->doc->failed || paragraph->failed;
	if (paragraph->len)
		doc_paragraph(b->doc, doc_copy(b->doc, buf_str(paragraph)));
	buf_clear(paragraph);
}

/* The largest rise that is more than slight, unless it is the most accessed port, which has its own
 * line. */
static void add_rise_bullet(struct builder *b)
{
	struct doc *d = b->doc;
	const struct top *top = b->data->services;
	const struct top_row *row = find_rise(top, 1);

	if (!row || row == &top->rows[0])
		return;
	enum change change = change_of(b->options->settings, &row->m);
	if (change == CHANGE_RISE || change == CHANGE_SHARP_RISE)
		doc_texts_add(d, &d->bullets,
			SAY(d, bullet_rise, row->key, change_word(change, d->lang),
				print_percent(d, row->m.change_pct)));
}

static void add_bullets(struct builder *b)
{
	struct doc *d = b->doc;
	const struct settings *settings = b->options->settings;
	const struct measure *total = &b->data->services->total;
	const struct top_row *first = &b->data->services->rows[0];

	if (!has_percent(total)) {
		const char *rate = print_number(d, total->rate, 1);

		doc_texts_add(d, &d->bullets,
			has_previous(b) ? SAY(d, bullet_few_before, rate)
					: SAY(d, bullet_alone, rate));
		return;
	}
	doc_texts_add(d, &d->bullets,
		SAY(d, bullet_total, change_word(change_of(settings, total), d->lang),
			print_percent(d, total->change_pct)));
	if (has_percent(&first->m))
		doc_texts_add(d, &d->bullets,
			SAY(d, bullet_service, first->key,
				change_word(change_of(settings, &first->m), d->lang),
				print_percent(d, first->m.change_pct)));
	add_rise_bullet(b);
}

void build_title(struct builder *b)
{
	struct doc *d = b->doc;
	const struct settings *settings = b->options->settings;

	d->title =
		settings->title && *settings->title ? doc_copy(d, settings->title) : SAY(d, title);
	d->subtitle = SAY(d, subtitle, print_month(d, &b->data->period));
	d->date = print_date(d, b->options->now_s);
	d->publisher = doc_copy(d, settings->publisher ? settings->publisher : "");
	add_bullets(b);
}

int build_report(const struct report_data *data, const struct report_options *options,
	struct doc **ret, struct err *e)
{
	AUTO(doc_free) struct doc *doc = doc_new(options->lang);
	struct builder b = {.doc = doc, .data = data, .options = options};

	if (doc) {
		build_title(&b);
		build_overview(&b);
		build_plant(&b);
		b.section = 3;
		doc_heading(doc, 1, "3", SAY(doc, accesses));
		build_services(&b);
		build_countries(&b);
		if (has_detection_section(&b))
			build_detections(&b);
		build_method(&b);
	}
	if (!doc || doc->failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	*ret = TAKE(doc);
	return 0;
}
