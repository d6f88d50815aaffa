#include "flow/coarse.h"

#include <string.h>

enum { QUARTER_S = 900 };

_Static_assert(COARSE_SPANS < UINT16_MAX, "spans are numbered from 1 in 16 bits");

static bool is_of(const struct coarse_log *log, uint16_t slot, uint32_t quarter)
{
	return log->slots[slot] &&
	       log->spans[log->slots[slot] - 1].from_s == (int64_t)quarter * QUARTER_S;
}

static struct approximation *new_span(struct coarse_log *log, uint32_t quarter)
{
	struct approximation *span = &log->spans[log->count++];

	*span = (struct approximation){
		.from_s = (int64_t)quarter * QUARTER_S, .to_s = (int64_t)(quarter + 1) * QUARTER_S};
	return span;
}

/* The one for all that found no room. */
static struct approximation *rest_span(struct coarse_log *log, uint32_t quarter)
{
	struct approximation *rest = &log->spans[COARSE_SPANS];
	int64_t from_s = (int64_t)quarter * QUARTER_S;

	if (log->count == COARSE_SPANS)
		return new_span(log, quarter);
	rest->from_s = from_s < rest->from_s ? from_s : rest->from_s;
	rest->to_s = from_s + QUARTER_S > rest->to_s ? from_s + QUARTER_S : rest->to_s;
	return rest;
}

static struct approximation *span_of(struct coarse_log *log, uint32_t quarter)
{
	uint16_t slot = (uint16_t)(quarter * 2654435761u >> 16) % COARSE_SLOTS;

	if (is_of(log, log->last, quarter))
		return &log->spans[log->slots[log->last] - 1];
	while (log->slots[slot] && !is_of(log, slot, quarter))
		slot = (slot + 1) % COARSE_SLOTS;
	if (!log->slots[slot]) {
		if (log->count >= COARSE_SPANS)
			return rest_span(log, quarter);
		new_span(log, quarter);
		log->slots[slot] = (uint16_t)log->count;
	}
	log->last = slot;
	return &log->spans[log->slots[slot] - 1];
}

void coarse_add(struct coarse_log *log, uint32_t time_s, enum approximate_level level)
{
	struct approximation *span = span_of(log, time_s / QUARTER_S);
	bool without_source = level == LEVEL_WITHOUT_SOURCE;

	span->coarse++;
	span->without_source += without_source;
	log->coarse++;
	log->without_source += without_source;
}

void coarse_add_detection(struct coarse_log *log, uint32_t time_s, enum approximate_level level)
{
	struct approximation *span = span_of(log, time_s / QUARTER_S);

	span->detections++;
	span->detections_without_source += level == LEVEL_WITHOUT_SOURCE;
}

void coarse_clear(struct coarse_log *log)
{
	if (log->count)
		*log = (struct coarse_log){0};
}
