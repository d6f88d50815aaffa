/* How often a rule that matches is told: threshold and detection_filter of the rule, and suppress lines of a file. A window begins with
 * the first match and does not slide: a match up to `seconds` later is in it, the next one begins another. Time is the packets'. */
#pragma once

#include "rules/rules.h"

struct thresholds;

/* A match that wants to be told. */
struct threshold_match {
	int64_t ts_ns;
	struct addr src, dst;
	uint16_t sport, dport;
	uint64_t flow; /* number of its conversation; 0: none */
};

struct threshold_stats {
	uint64_t held;    /* matches that were not told */
	uint64_t evicted; /* counts that were given up for others: the table was full */
};

/* counts: how many (rule, address) are counted at once. NULL: no memory. */
struct thresholds *thresholds_new(size_t counts);
void thresholds_free(struct thresholds *t);
AUTO_RELEASE(struct thresholds, thresholds_free);

/* `suppress gen_id G, sig_id S[, track by_src|by_dst|by_either, ip PREFIX]`, one a line, # for comments; threshold, event_filter and
 * rate_filter lines are left out and counted. A wrong line is refused. */
int thresholds_read(struct thresholds *t, const char *path, uint64_t *ret_left_out, struct err *e) MUST_USE;

/* Counts the match of the rule (its index) and says whether to tell it. */
bool thresholds_pass(struct thresholds *t, uint32_t rule, const struct rule_info *info, const struct threshold_match *m);
const struct threshold_stats *thresholds_stats(const struct thresholds *t);
