#include "prog/question.h"

/* What can be wrong with the words themselves is found before the store is opened. */
static int parse_words(
	struct asking *a, const struct prog *p, const struct question_options *o, struct err *e)
{
	struct question *q = &a->question;

	if (o->where && expr_parse(o->where, &a->where, e) < 0) {
		err_context(e, 0, "--where: ");
		return EXIT_USAGE;
	}
	if (o->period && period_parse(o->period, p->now_s, &q->period, e) < 0) {
		err_context(e, 0, "--period: ");
		return EXIT_USAGE;
	}
	if (o->versus && period_parse(o->versus, p->now_s, &q->versus, e) < 0) {
		err_context(e, 0, "--versus: ");
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

int asking_begin(
	struct asking *ret, struct prog *p, const struct question_options *o, struct err *e)
{
	*ret = (struct asking){
		.question =
			{
				.dimension = o->dimensions[0],
				.dimension2 = o->dimensions[1],
				.limit = o->limit,
				.interval_s = o->interval_s,
				.new_payloads = o->only_new,
			},
	};
	int status = parse_words(ret, p, o, e);
	if (status != EXIT_DONE)
		return status;
	if (prog_store(p, false, e) < 0)
		return EXIT_FAILED;
	ret->analysis = (struct analysis){.store = p->store, .plant = &p->plant, .now_s = p->now_s};
	ret->question.where = ret->where;
	if (expr_check_sensors(ret->where, &p->plant, e) < 0) {
		err_context(e, 0, "--where: ");
		return EXIT_FAILED;
	}
	if (!o->period && analysis_default_period(&ret->analysis, &ret->question.period, e) < 0)
		return EXIT_FAILED;
	if (!o->versus)
		ret->question.versus = period_before(&ret->question.period);
	return EXIT_DONE;
}

void asking_done(struct asking *a)
{
	expr_free(a->where);
	*a = (struct asking){0};
}
