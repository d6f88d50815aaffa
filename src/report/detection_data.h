/* What section 4 says, as answers of analysis: detections by signatures. */
#pragma once

#include "analysis/signatures.h"
#include "report/report.h"

enum { DETECTION_EXAMPLES = 4 }; /* signatures of a category in table 5-1 */

/* A set of signatures that judged captures of the period. */
struct report_ruleset {
	struct ruleset set;
	struct ruleset_file *files;
	size_t file_count;
};

struct report_detections {
	bool there;     /* captures of the period were judged by signatures; else nothing below is set */
	bool unfit;     /* the report's filter asks what detections do not have */
	struct top *categories, *countries; /* all keys */
	struct trend *category_days, *country_days;
	struct cross *category_country, *country_signature;
	struct cross *examples; /* category by signature, all of them */
	/* Of the category and the country whose detections rose most, the first source; NULL when none rose. */
	struct top *category_source, *country_source;
	struct signatures names;
	struct report_ruleset *sets; /* the last loaded one first */
	size_t set_count;
	uint64_t unjudged; /* captures of both periods that came in without signatures */
};

int report_detections_gather(
	const struct analysis *a, const struct report_options *options, struct report_detections *ret, struct err *e) MUST_USE;
void report_detections_done(struct report_detections *d);
/* The row with that rise rank; NULL. */
const struct top_row *report_first_rise(const struct top *top);
