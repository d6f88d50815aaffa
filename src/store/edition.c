#include "store/edition.h"

#include <inttypes.h>

#include "base/text.h"
#include "store/internal.h"
#include "store/sql.h"

/* The parameters of all statements here: an unused one does no harm. */
enum { NUMBERS = 7, NUMBER_SIZE = 24 };

struct params {
	char numbers[NUMBERS][NUMBER_SIZE];
	struct param list[NUMBERS + 1];
};

static void set(struct params *p, size_t i, const char *name, int64_t value)
{
	snprintf(p->numbers[i], NUMBER_SIZE, "%" PRId64, value);
	p->list[i] = (struct param){name, p->numbers[i]};
}

static void fill(struct params *p, const struct edition_subject *subject, const struct edition *edition)
{
	set(p, 0, "from", subject->period.from_s);
	set(p, 1, "to", subject->period.to_s);
	set(p, 2, "vfrom", subject->versus.from_s);
	set(p, 3, "vto", subject->versus.to_s);
	set(p, 4, "data", (int64_t)edition->data);
	set(p, 5, "packets", (int64_t)edition->packets);
	set(p, 6, "made", edition->made_s);
	p->list[NUMBERS] = (struct param){"filter", subject->filter};
}

int store_data_version(struct store *s, struct span period, struct span versus, uint64_t *ret, struct err *e)
{
	const struct edition_subject subject = {.period = period, .versus = versus, .filter = ""};
	AUTO(result_done) struct result answer = {0};
	struct params p;

	fill(&p, &subject, &(struct edition){0});
	int r = store_query(s, sql_data_version, p.list, ARRAY_SIZE(p.list), &answer, e);
	*ret = r < 0 ? 0 : result_u64(&answer, 0, 0);
	return r < 0 ? r : 0;
}

int store_edition_before(struct store *s, const struct edition_subject *subject, uint64_t data, struct edition *ret,
	struct err *e)
{
	AUTO(result_done) struct result answer = {0};
	struct params p;

	*ret = (struct edition){0};
	fill(&p, subject, &(struct edition){.data = data});
	int r = store_query(s, sql_edition_before, p.list, ARRAY_SIZE(p.list), &answer, e);
	if (r < 0 || answer.rows == 0)
		return r < 0 ? r : 0;
	ret->made_s = strtoll(result_cell(&answer, 0, 0), NULL, 10);
	ret->data = result_u64(&answer, 0, 1);
	ret->packets = result_u64(&answer, 0, 2);
	return 1;
}

int store_edition_put(struct store *s, const struct edition_subject *subject, const struct edition *edition, struct err *e)
{
	struct params p;

	fill(&p, subject, edition);
	return store_execute(s, sql_edition_put, p.list, ARRAY_SIZE(p.list), e);
}
