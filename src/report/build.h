/* Answers to a document: what a monthly report says and shows, in order. */
#pragma once

#include "base/buf.h"
#include "report/report_data.h"
#include "report/wording.h"

struct builder {
	struct doc *doc;
	const struct report_data *data;
	const struct report_options *options;
	unsigned section, figures; /* figures of that section, so far */
	bool detections;           /* what this section counts, instead of accesses */
};

/* The whole report; owned by the caller. -ENOMEM. */
int build_report(const struct report_data *data, const struct report_options *options,
	struct doc **ret, struct err *e) MUST_USE;

/* --- its parts: each appends to the document --- */

void build_title(struct builder *b);
void build_overview(struct builder *b);
void build_plant(struct builder *b);
void build_services(struct builder *b);
void build_countries(struct builder *b);
/* Only when captures were judged by signatures. */
void build_detections(struct builder *b);
void build_method(struct builder *b);
/* What section 5 says of signatures: sentences for its list, and the table of examples. */
void add_signature_method(struct builder *b, struct texts *items);
void build_examples(struct builder *b);

/* How many detections there were, compared with the previous period. */
void say_detected(struct builder *b, struct buf *paragraph);

/* By rank, rise and fall, with "..." between. */
void build_rank_table(
	struct builder *b, const char *number, const char *caption, const struct top *top);

void build_shares(struct builder *b, const char *caption, const struct top *top);
void build_stacks(struct builder *b, const char *caption, const struct cross *cross);
void build_bars(struct builder *b, const char *caption, const struct top *top);
void build_series(struct builder *b, const char *caption, const struct trend *trend);

/* --- words that several parts use --- */

/* Whether there is a section on detections, which makes the method section 5: always, unless the report's filter asks what
 * detections do not have. */
bool has_detection_section(const struct builder *b);
/* Whether there are numbers in it: captures of the period were judged by signatures. */
bool has_detections(const struct builder *b);
/* "中国" for CN, the message of a signature; services and categories as they are. */
const char *label_of(struct builder *b, enum dimension dimension, const char *key);
/* The same in the middle of a sentence: "the United States". */
const char *name_of(struct builder *b, enum dimension dimension, const char *key);
bool has_previous(const struct builder *b);
/* A note at the table or figure, with its mark in the caption, when its numbers may be wrong. */
void note_approximate(struct builder *b, struct part *part, const struct approximate *a);
/* Nobody without a change: rises from 1 to limit, in order; NULL when there is no such rank. */
const struct top_row *find_rise(const struct top *top, uint32_t rank);
const struct top_row *find_fall(const struct top *top, uint32_t rank);
const struct top_row *find_key(const struct top *top, const char *key);
/* "8 月 12 日" / "12 August"; "8 月" / "August 2009" of a month */
const char *print_day(struct doc *d, int64_t t_s);
/* "平成 21 年 8 月 31 日" / "31 August 2009" */
const char *print_date(struct doc *d, int64_t t_s);
/* "平成 21 年 8 月期" / "August 2009" */
const char *print_month(struct doc *d, const struct period *period);
/* Adds a sentence to a paragraph: with a space between in English. */
void add_sentence(struct builder *b, struct buf *paragraph, const char *text);
/* Ends the paragraph: into the document, and empty again. */
void end_paragraph(struct builder *b, struct buf *paragraph);
