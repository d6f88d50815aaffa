/* Words and printed numbers: how a number reads, everywhere in a report. */
#pragma once

#include "analysis/analysis.h"
#include "base/settings.h"
#include "report/doc.h"

/* What a change is called. The thresholds are compared with the percentage as printed (one
 * decimal), so that the same number never gets two words. */
enum change {
	CHANGE_UNKNOWN, /* nothing to compare with, or the previous value was too small for a
			   percentage */
	CHANGE_FLAT,
	CHANGE_NEARLY_FLAT,
	CHANGE_SLIGHT_RISE,
	CHANGE_SLIGHT_FALL,
	CHANGE_RISE,
	CHANGE_FALL,
	CHANGE_SHARP_RISE,
	CHANGE_GONE,
	CHANGE_COUNT
};

enum change change_of(const struct settings *settings, const struct measure *m);
/* "やや増加" / "rose slightly" */
const char *change_word(enum change change, enum lang lang);
/* What ends a sentence after a number: "とやや増加した" / "rose slightly" */
const char *change_end(enum change change, enum lang lang);

/* Whether the value prints as zero with two decimals. */
bool is_negligible(double rate);
/* Whether a percentage may be printed: the previous value does not round to zero. */
bool has_percent(const struct measure *m);

/* "142.9" */
const char *print_number(struct doc *d, double value, int decimals);
/* "10,318" */
const char *print_count(struct doc *d, uint64_t value);
/* "31,000.0" */
const char *print_amount(struct doc *d, double value, int decimals);
/* In a table: "142.92 件", "ごく僅か" */
const char *print_rate(struct doc *d, double rate);
/* In prose: "+ 51.9 件 (+ 14.4%)"; without the percentage when there is none. */
const char *print_change(struct doc *d, const struct measure *m);
/* In a table: "+ 9.0% (+ 11.83 件)"; percent is its first half, or what stands for it. */
const char *print_change_cell(struct doc *d, const struct measure *m, const char *percent);
/* "- 2.1%" */
const char *print_percent(struct doc *d, double percent);
/* Share of a whole: "60.0%" */
const char *print_share(struct doc *d, double percent);
/* "1 位", "1"; "-" for 0 */
const char *print_rank(struct doc *d, uint32_t rank);
/* "A、B 及び C" / "A, B and C" */
const char *print_list(struct doc *d, const char *const *names, size_t count);
