#include "prog/question.h"

#include "base/number.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

enum { LIMIT_TOP = 20, LIMIT_OTHER = 10, DAY_S = 86400 };

/* 15m, 1h, 1d; which ones an answer can have is for the analysis to say. */
static int parse_interval(const char *text, int64_t *ret, struct err *e)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = {{'m', 60}, {'h', 3600}, {'d', DAY_S}};
	size_t len = strlen(text);
	uint64_t number;

	for (size_t i = 0; len > 1 && i < ARRAY_SIZE(units); i++) {
		AUTO(free) char *digits = strndup(text, len - 1);

		if (text[len - 1] != units[i].unit || !digits ||
			!number_u64(digits, 1, DAY_S / units[i].seconds, &number))
			continue;
		*ret = (int64_t)number * units[i].seconds;
		if (*ret % 900 == 0)
			return 0;
	}
	return err_set(e, EINVAL,
		TR("--interval: \"%s\" is neither 1d nor a multiple of 15m below a day, like 1h",
			"--interval:「%s」は 1d でも、1h のような 15m の倍数でもありません"),
		text);
}

int question_limit(const char *text, size_t *ret, struct err *e)
{
	uint64_t limit;

	if (strcmp(text, "all") == 0) {
		*ret = SIZE_MAX;
		return 0;
	}
	if (!number_u64(text, 1, SIZE_MAX, &limit))
		return err_set(e, EINVAL,
			TR("--limit: \"%s\" is neither a number from 1 nor all",
				"--limit:「%s」は 1 以上の数でも all でもありません"),
			text);
	*ret = limit;
	return 0;
}

static int take_option(int option, const char *command, struct question_options *o, struct err *e)
{
	switch (option) {
	case 'p':
		o->period = optarg;
		return 0;
	case 'v':
		o->versus = optarg;
		return 0;
	case 'w':
		o->where = optarg;
		return 0;
	case 'l':
		return question_limit(optarg, &o->limit, e);
	case 'i':
		return parse_interval(optarg, &o->interval_s, e);
	case 'f':
		return format_parse(optarg, &o->format, e);
	case 'n':
		o->only_new = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	default:
		return err_set(e, EINVAL,
			TR("%s: unknown option or missing value: see teiten %s --help",
				"%s: オプションの誤りです（teiten %s --help を見てください）"),
			command, command);
	}
}

static int take_options(
	int argc, char **argv, enum question_kind kind, struct question_options *o, struct err *e)
{
	const struct option common[] = {
		{"period", required_argument, NULL, 'p'},
		{"where", required_argument, NULL, 'w'},
		{"limit", required_argument, NULL, 'l'},
		{"format", required_argument, NULL, 'f'},
		{"help", no_argument, NULL, 'h'},
		{kind == QUESTION_TOP		 ? "versus"
			: kind == QUESTION_TREND ? "interval"
						 : NULL,
			required_argument, NULL, kind == QUESTION_TOP ? 'v' : 'i'},
		{kind == QUESTION_TOP ? "new" : NULL, no_argument, NULL, 'n'},
		{0},
	};
	int option;

	opterr = 0;
	optind = 0; /* another command may have been read before */
	while ((option = getopt_long(argc, argv, "h", common, NULL)) != -1)
		if (take_option(option, argv[0], o, e) < 0)
			return -EINVAL;
	return 0;
}

int question_dimension(const char *name, enum dimension *ret, struct err *e)
{
	const char *meant = NULL;

	if (dimension_parse(name, ret, &meant))
		return 0;
	if (meant)
		return err_set(e, EINVAL,
			TR("unknown dimension \"%s\": did you mean %s?",
				"「%s」という項目はありません: %s のことですか"),
			name, meant);
	return err_set(e, EINVAL,
		TR("unknown dimension \"%s\": see teiten top --help",
			"「%s」という項目はありません（teiten top --help を見てください）"),
		name);
}

static int take_dimensions(
	int argc, char **argv, enum question_kind kind, struct question_options *o, struct err *e)
{
	int least = kind == QUESTION_TREND ? 0 : kind == QUESTION_TOP ? 1 : 2;
	int most = kind == QUESTION_CROSS ? 2 : 1;
	int given = argc - optind;

	if (given < least || given > most)
		return err_set(e, EINVAL,
			TR("%s: %s: see teiten %s --help",
				"%s: %s（teiten %s --help を見てください）"),
			argv[0],
			given < least ? TR("a dimension is missing, like service or country",
						"service、country などの項目がありません")
				      : TR("too many words", "余分な引数があります"),
			argv[0]);
	for (int i = 0; i < given; i++)
		if (question_dimension(argv[optind + i], &o->dimensions[i], e) < 0)
			return -EINVAL;
	return 0;
}

int question_options(
	struct question_options *ret, enum question_kind kind, int argc, char **argv, struct err *e)
{
	*ret = (struct question_options){
		.limit = kind == QUESTION_TOP ? LIMIT_TOP : LIMIT_OTHER,
		.interval_s = DAY_S,
		.dimensions = {DIMENSION_NONE, DIMENSION_NONE},
	};
	if (take_options(argc, argv, kind, ret, e) < 0)
		return EXIT_USAGE;
	if (ret->help)
		return EXIT_DONE;
	if (take_dimensions(argc, argv, kind, ret, e) < 0)
		return EXIT_USAGE;
	if (ret->only_new && ret->dimensions[0] != DIMENSION_payload) {
		err_set(e, EINVAL,
			TR("--new is only for payloads: teiten top payload --new",
				"--new は payload だけに使えます（teiten top payload --new）"));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}
