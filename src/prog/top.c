/* teiten top: ranks, and what changed since the period before. */
#include "prog/answer.h"
#include "prog/question.h"
#include "prog/top_print.h"

#include "base/text.h"

static void print_dimensions(void)
{
	fputs(TR("dimensions:\n", "項目:\n"), stdout);
	for (int d = 0; d < DIMENSION_COUNT; d++)
		printf("  %-8s %s\n", dimension_name((enum dimension)d),
			dimension_text((enum dimension)d, text_lang()));
}

static void print_usage(void)
{
	fputs(TR("usage: teiten top DIMENSION [--period P] [--versus P] [--where EXPR] [--limit "
		 "N|all]\n"
		 "                  [--format table|json|csv] [--new]\n"
		 "Ranks the keys of a dimension by accesses per day and sensor address, and "
		 "compares with another period.\n"
		 "  --period P   2009-08, 2016-Q3, 2009-08-12, 2009-08-01..2009-08-15, last-7d "
		 "...\n"
		 "               (default: last month if it has accesses, else the month of the "
		 "newest ones)\n"
		 "  --versus P   what to compare with (default: the period before, of the same "
		 "kind)\n"
		 "  --where EXPR filter, like: service = 23/TCP and country in (CN, KR) and not "
		 "tool = mirai\n"
		 "  --limit N    rows (default: 20)\n"
		 "  --new        of payloads: only those first seen in the period\n",
		      "使い方: teiten top 項目 [--period 期間] [--versus 期間] [--where 式] "
		      "[--limit 件数|all]\n"
		      "                  [--format table|json|csv]\n"
		      "項目ごとに一日・1IP "
		      "アドレス当たりのアクセス件数で順位をつけ、別の期間と比べます。\n"
		      "  --period 期間  "
		      "2009-08、2016-Q3、2009-08-12、2009-08-01..2009-08-15、last-7d など\n"
		      "                 "
		      "（既定は、アクセスがあれば先月、なければ最新のアクセスがある月）\n"
		      "  --versus 期間  比べる期間（既定は、同じ種類の一つ前の期間）\n"
		      "  --where 式     絞り込み。例: service = 23/TCP and country in (CN, KR) and "
		      "not tool = mirai\n"
		      "  --limit 件数   行数（既定は 20）\n"
		      "  --new          ペイロードについて: その期間に初めて検知したものだけ\n"),
		stdout);
	print_dimensions();
}

/* Numbers of sources that this form does not print. */
static unsigned unread(enum format format)
{
	switch (format) {
	case FORMAT_TABLE:
		return UNREAD_PREVIOUS;
	case FORMAT_CSV:
		return UNREAD_TOTAL;
	case FORMAT_JSON:
		break;
	}
	return 0;
}

int command_top(struct prog *p, int argc, char **argv, struct err *e)
{
	AUTO(asking_done) struct asking a = {0};
	AUTO(top_free) struct top *top = NULL;
	AUTO(buf_done) struct buf out = {0};
	struct question_options o;
	int status = question_options(&o, QUESTION_TOP, argc, argv, e);

	if (status == EXIT_DONE && o.help) {
		print_usage();
		return EXIT_DONE;
	}
	if (status == EXIT_DONE)
		status = asking_begin(&a, p, &o, e);
	if (status != EXIT_DONE)
		return status;
	a.question.unread = unread(o.format);
	if (analysis_top(&a.analysis, &a.question, &top, e) < 0)
		return EXIT_FAILED;
	AUTO(names_done) struct names names = {0};
	if (o.format != FORMAT_CSV || a.question.dimension == DIMENSION_signature)
		names_add(&names, p, a.question.dimension);
	AUTO(payload_views_done) struct payload_views payloads = {0};
	bool is_payload = a.question.dimension == DIMENSION_payload;
	if (is_payload && payload_views_of(p, &a.question, top, &payloads, e) < 0)
		return EXIT_FAILED;
	top_print(top, o.format, &names, is_payload ? &payloads : NULL, &out);
	return answer_write(&out, e);
}
