#include "upload/retry.h"

/* 0 to span, both included. */
static int64_t part_of(int64_t span, uint32_t random)
{
	return (int64_t)((__int128)span * random / UINT32_MAX);
}

/* As long again as half of what was asked for at most, and at least up to a second. */
static int64_t asked_wait_ms(int64_t asked_s, uint32_t random)
{
	const int64_t asked_ms = (asked_s < RETRY_ASKED_MAX_S ? asked_s : RETRY_ASKED_MAX_S) * 1000;

	return asked_ms + part_of(asked_ms / 2 > 1000 ? asked_ms / 2 : 1000, random);
}

void retry_failed(struct retry *r, int64_t now_ms, int64_t asked_s, int64_t longest_ms, uint32_t random)
{
	int64_t span_ms = longest_ms;

	if (r->failures < 20 && (int64_t)RETRY_FIRST_MS << r->failures < longest_ms)
		span_ms = (int64_t)RETRY_FIRST_MS << r->failures;
	r->failures += r->failures < UINT32_MAX;
	r->until_ms = now_ms + (asked_s > 0 ? asked_wait_ms(asked_s, random) : part_of(span_ms, random));
}

void retry_forbidden(struct retry *r, int64_t now_ms, int64_t longest_ms, uint32_t random)
{
	r->failures += r->failures < UINT32_MAX;
	r->until_ms = now_ms + longest_ms / 2 + part_of(longest_ms / 2, random);
}

void retry_succeeded(struct retry *r)
{
	*r = (struct retry){0};
}
