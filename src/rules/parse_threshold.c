/* threshold and detection_filter: how often a rule that matches is told. */
#include "rules/parse.h"

#include <string.h>

static const struct word {
	const char *name;
	int value;
} limits[] = {{"limit", RULE_LIMIT_LIMIT}, {"threshold", RULE_LIMIT_THRESHOLD}, {"both", RULE_LIMIT_BOTH},
	{"backoff", RULE_LIMIT_BACKOFF}, {NULL, 0}},
  tracks[] = {{"by_src", RULE_TRACK_src}, {"by_dst", RULE_TRACK_dst}, {"by_both", RULE_TRACK_both},
	  {"by_rule", RULE_TRACK_rule}, {"by_flow", RULE_TRACK_flow}, {NULL, 0}},
  uniques[] = {{"src_port", RULE_UNIQUE_src_port}, {"dst_port", RULE_UNIQUE_dst_port}, {NULL, 0}};

static bool word_of(struct builder *b, const struct word *words, const char *text, int *ret)
{
	for (; words->name; words++)
		if (strcmp(text, words->name) == 0) {
			*ret = words->value;
			return true;
		}
	return malformed(b, TR("\"%.30s\" is not known here", "「%.30s」はここでは使えません"), text);
}

/* What stands in the option; -1 and 0: did not stand there. */
struct found {
	int limit, track, unique;
	uint64_t count, seconds, multiplier;
};

static bool number_of(struct builder *b, const char *text, uint64_t *ret)
{
	if (*ret)
		return malformed(b, TR("a word stands twice", "同じ項目が二つあります"));
	if (text_number(text, UINT32_MAX, ret) && *ret > 0)
		return true;
	return malformed(b, TR("\"%.30s\" is no number from 1 to 4294967295", "「%.30s」は 1 から 4294967295 の整数ではありません"), text);
}

static bool field_take(struct builder *b, struct found *f, char *name, const char *text)
{
	if (strcmp(name, "type") == 0)
		return f->limit < 0 ? word_of(b, limits, text, &f->limit) : malformed(b, TR("type stands twice", "type が二つあります"));
	if (strcmp(name, "track") == 0)
		return f->track < 0 ? word_of(b, tracks, text, &f->track) : malformed(b, TR("track stands twice", "track が二つあります"));
	if (strcmp(name, "unique_on") == 0)
		return word_of(b, uniques, text, &f->unique);
	if (strcmp(name, "count") == 0)
		return number_of(b, text, &f->count);
	if (strcmp(name, "seconds") == 0)
		return number_of(b, text, &f->seconds);
	if (strcmp(name, "multiplier") == 0)
		return number_of(b, text, &f->multiplier);
	return malformed(b, TR("\"%.30s\" is not known here", "「%.30s」はここでは使えません"), name);
}

static bool fields_take(struct builder *b, char *value, struct found *f)
{
	*f = (struct found){.limit = -1, .track = -1};
	for (char *rest = value; rest;) {
		char *name = part_next(&rest, ','), *text = strpbrk(name, " \t");
		if (!text)
			return malformed(b, TR("\"%.30s\" needs a value", "「%.30s」には値が必要です"), name);
		*text = '\0';
		if (!field_take(b, f, name, trim(text + 1)))
			return false;
	}
	return true;
}

static struct rule_threshold threshold_of(const struct found *f)
{
	return (struct rule_threshold){.limit = (enum rule_limit)f->limit, .track = (enum rule_track)f->track,
		.unique = (enum rule_unique)f->unique, .count = (uint32_t)f->count, .seconds = (uint32_t)f->seconds,
		.multiplier = (uint32_t)f->multiplier};
}

PARSER(threshold)
{
	struct found f;

	if (b->rule.info.threshold.limit != RULE_LIMIT_NONE || b->rule.info.filter.limit != RULE_LIMIT_NONE)
		return malformed(b, TR("threshold beside another threshold or detection_filter", "threshold が、ほかの threshold か detection_filter と併用されています"));
	if (!fields_take(b, value, &f))
		return false;
	if (f.limit < 0 || f.track < 0 || f.count == 0 || f.unique)
		return malformed(b, TR("threshold: type, track, count and seconds", "threshold には type, track, count, seconds が必要です"));
	bool backoff = f.limit == RULE_LIMIT_BACKOFF;
	if (backoff ? f.multiplier == 0 || f.seconds > 0 || f.track != RULE_TRACK_flow : f.seconds == 0 || f.multiplier > 0)
		return malformed(b, backoff ? TR("threshold: backoff takes track by_flow, count and multiplier", "threshold の backoff には track by_flow, count, multiplier が必要です") : TR("threshold: type, track, count and seconds", "threshold には type, track, count, seconds が必要です"));
	b->rule.info.threshold = threshold_of(&f);
	return true;
}

PARSER(detection_filter)
{
	struct found f;

	if (b->rule.info.threshold.limit != RULE_LIMIT_NONE || b->rule.info.filter.limit != RULE_LIMIT_NONE)
		return malformed(b, TR("detection_filter beside another one or threshold", "detection_filter が、ほかの detection_filter か threshold と併用されています"));
	if (!fields_take(b, value, &f))
		return false;
	if (f.limit >= 0 || f.track < 0 || f.count == 0 || f.seconds == 0 || f.multiplier)
		return malformed(b, TR("detection_filter: track, count and seconds", "detection_filter には track, count, seconds が必要です"));
	f.limit = RULE_LIMIT_FILTER;
	b->rule.info.filter = threshold_of(&f);
	return true;
}
