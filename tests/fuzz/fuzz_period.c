/* Periods: what is read prints as text that reads back to the same period, and joins the period
 * before it. */
#include "analysis/period.h"
#include "base/zone.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct period *p)
{
	char text[PERIOD_TEXT_SIZE];
	struct period again, before = period_before(p);
	struct err e = {0};

	assert(p->from_s <= p->to_s && before.to_s == p->from_s && before.kind == p->kind);
	period_print(p, text);
	/* text has four digits for a year */
	if (p->from_s < -INT64_C(62000000000) || p->to_s > INT64_C(253000000000))
		return;
	assert(period_parse(text, 0, &again, &e) == 0);
	assert(again.kind == p->kind && again.from_s == p->from_s && again.to_s == p->to_s);
	assert(again.from_day == p->from_day && again.to_day == p->to_day &&
		again.number == p->number);
}

/* The first byte chooses the zone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const zones[] = {
		"Asia/Tokyo", "America/St_Johns", "Pacific/Apia", "America/Sao_Paulo"};
	char text[512];
	struct period p;
	struct err e = {0};

	if (size == 0 || size > sizeof(text))
		return 0;
	const char *zone = zones[data[0] % ARRAY_SIZE(zones)];
	if (strcmp(zone_name(), zone) != 0 && zone_use(zone, &e) < 0)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (period_parse(text, 1253000000, &p, &e) == 0)
		check(&p);
	else
		assert(e.text[0]);
	return 0;
}
