#include "prog/no_store.h"

#include "base/text.h"
#include "prog/question.h"

#include <errno.h>

enum { LIMIT_DEFAULT = 20 };

void no_store_usage(void)
{
	fputs(TR("usage: teiten import --no-store [--top DIMENSION]... [--where EXPR] [--limit N|all]\n"
		 "                     [--format table|json|csv] [--sensor NAME [--addresses LIST]] "
		 "PATH...\n"
		 "Only counts, in memory, and prints what teiten top would; keeps nothing.\n"
		 "  --top DIMENSION     what to count by, may be repeated (default: service); see "
		 "teiten top --help\n"
		 "  --where EXPR, --limit N, --format F   as of teiten top\n",
		      "使い方: teiten import --no-store [--top 項目]... [--where 式] [--limit 件数|all]\n"
		      "                     [--format table|json|csv] [--sensor 名前 [--addresses 一覧]] "
		      "パス...\n"
		      "何も保存せず、メモリー上で数えて、teiten top と同じ表を表示します。\n"
		      "  --top 項目          集計する項目。繰り返し指定可（既定は service）。teiten top "
		      "--help を参照\n"
		      "  --where 式、--limit 件数、--format 形式   teiten top と同じ\n"),
		stdout);
}

void no_store_init(struct no_store_options *o)
{
	*o = (struct no_store_options){.limit = LIMIT_DEFAULT};
}

static int add_dimension(struct no_store_options *o, const char *name, struct err *e)
{
	enum dimension d;

	int rc = question_dimension(name, &d, e);
	if (rc < 0)
		return rc;
	if (dimension_is_of_detections(d))
		return err_set(e, EINVAL,
			TR("--top: %s is known of what is in a store only",
				"--top: %s はデータベースに取り込んだものについてだけ分かります"),
			dimension_name(d));
	for (size_t i = 0; i < o->dimension_count; i++)
		if (o->dimensions[i] == d)
			return err_set(e, EINVAL,
				TR("--top: %s is named twice", "--top: %s が二度指定されています"),
				dimension_name(d));
	o->dimensions[o->dimension_count++] = d;
	return 0;
}

int no_store_option(struct no_store_options *o, int option, const char *value, struct err *e)
{
	static const char *const names[] = {NULL, "--top", "--limit", "--format", "--where"};

	if (option < OPTION_NO_STORE || option > OPTION_WHERE)
		return -ENOENT;
	if (!o->only_with)
		o->only_with = names[option - OPTION_NO_STORE];
	switch (option) {
	case OPTION_TOP:
		return add_dimension(o, value, e);
	case OPTION_LIMIT:
		return question_limit(value, &o->limit, e);
	case OPTION_FORMAT:
		return format_parse(value, &o->format, e);
	case OPTION_WHERE:
		o->where = value;
		return 0;
	default:
		o->given = true;
		return 0;
	}
}

int no_store_check(const struct no_store_options *o, struct err *e)
{
	if (o->given || !o->only_with)
		return 0;
	return err_set(e, EINVAL,
		TR("import: %s is only for counting with --no-store; a store is asked by teiten top",
			"import: %s は --no-store で数えるときだけ使えます。データベースには teiten top "
			"で問い合わせてください"),
		o->only_with);
}
