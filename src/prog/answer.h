/* Parts that the printed answers have in common. */
#pragma once

#include "analysis/signatures.h"
#include "base/json.h"
#include "prog/prog.h"
#include "prog/table.h"

/* What names the keys that are numbers: AS and signatures. All zero: nothing. */
struct names {
	struct geo *geo;
	struct signatures signatures;
};

/* Adds those that the dimension needs, where they can be had: the numbers stand without them. */
void names_add(struct names *names, struct prog *p, enum dimension d);
void names_done(struct names *names);
static inline void auto_names_done(struct names *names)
{
	names_done(names);
}
/* The key as a table shows it: codes with their names ("JP 日本"), candidates marked as such. */
void answer_key(struct buf *out, enum dimension d, const char *key, const struct names *names);
/* What was counted: "accesses", or "detections". */
const char *answer_counted(const struct question *q);
/* Rates of two decimals: "142.92"; what rounds to zero but is not is "negligible", what has no exposure "-". */
void answer_rate(struct table *t, double rate);
bool answer_is_negligible(double rate);
/* "775.0": IP-days in one decimal; below one IP-day "0.042": two digits that count. */
void answer_exposure(struct buf *out, double exposure);
/* One line for each segment that is not complete. */
void answer_incomplete_lines(struct buf *out, const struct incomplete *in);

/* What the keys of a dimension are worth, in a line or none; DIMENSION_NONE: none. */
void answer_meaning_lines(struct buf *out, enum dimension d);
/* One line for each reason why numbers are not exact, or not what they seem. */
void answer_approximate_lines(struct buf *out, const struct approximate *a);

void answer_json_period(struct json *j, const char *key, const struct period *p);
void answer_json_incomplete(struct json *j, const struct incomplete *in);
/* "approximate": {...}, only when there is something to say. */
void answer_json_approximate(struct json *j, const struct approximate *a);
/* "candidate": true or false, of keys of tools and tags. */
void answer_json_candidate(struct json *j, enum dimension d, const char *key);
/* The last column of each row, headed `approximate`: a comma and the reasons with spaces between (sketched coarse
 * without_source payloads candidate); nothing after the comma when all is exact. candidate: the row's key is one. */
void answer_csv_approximate(struct buf *out, const struct approximate *a, bool candidate);
/* A comma and the number unrounded; nothing after the comma when it is not finite. */
void answer_csv_double(struct buf *out, double value);
/* Writes the whole answer to standard output. An exit status. */
int answer_write(const struct buf *out, struct err *e);
