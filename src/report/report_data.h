/* Everything a report says, as answers of analysis: gathered in one place, so that a test can put a
 * fixture in their stead. */
#pragma once

#include "report/detection_data.h"
#include "report/report.h"
#include "store/edition.h"
#include "store/posted.h"

enum {
	REPORT_COURSES = 5, /* daily series, and keys each way of the ratio figures */
	REPORT_SHARES = 10, /* parts of a pie beside "others"; bars of the backscatter figure */
};

/* The daily series of one key, split by the other dimension. */
struct report_course {
	const char *key; /* of its row in services or countries */
	struct trend *trend;
};

struct report_losses {
	uint64_t dropped, lost; /* while capturing, on the way */
};

struct report_data {
	struct period period, versus;
	struct top *services, *countries; /* all keys: falls may stand anywhere */
	struct top *home_services;	  /* sources in the home country */
	struct top *backscatter;	  /* by country */
	struct trend *backscatter_days;	  /* the same, daily */
	struct top *first_service;	  /* the most accessed service by country */
	struct cross *service_country, *country_service;
	struct report_course service_courses[REPORT_COURSES], country_courses[REPORT_COURSES];
	size_t service_course_count, country_course_count;
	struct report_detections detections;
	struct report_losses losses, previous_losses;
	uint64_t sensors, addresses, inferred; /* in service in the period; inferred: sensors */
	struct approximation stored;	       /* of both periods, what is not in the store as it came */
	bool sketched;			       /* numbers of sources that are printed are estimated */
	uint64_t incomplete;		       /* captures */
	uint64_t version;		       /* of the data of both periods */
	struct posted_sum posted;	       /* by sensors in the period, in all; no segments: none sent any */
	struct edition before;		       /* the report before, when it was made of other data; made_s 0: there is none */
	char *filter;			       /* the filter as text; NULL: all */
	bool filter_is_secret;		       /* it names sensors or their addresses */
};

/* Asks everything. -ENODATA when the period has no exposure or no access. Release with
 * report_data_done() in any case. */
int report_data_gather(const struct analysis *a, const struct report_options *options,
	struct report_data *ret, struct err *e) MUST_USE;
void report_data_done(struct report_data *data);
/* What the report is about, for the ledger of reports; lives as long as data. */
struct edition_subject report_subject(const struct report_data *data);

static inline void auto_report_data_done(struct report_data *data)
{
	report_data_done(data);
}
