#include "prog/rules_reload.h"

#include "base/text.h"
#include "prog/rules_told.h"
#include "prog/ruleset.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static void print_usage(void)
{
	fputs(TR("usage: teiten rules reload\n"
		 "Checks the tag file and the rules of teiten.yaml. When none is malformed, running imports load them before the next capture;\n"
		 "a capture under way is judged by the signatures that it was begun with.\n",
		      "使い方: teiten rules reload\n"
		      "teiten.yaml のタグファイルとルールを確かめます。書式の誤りがなければ、実行中の取り込みは次のキャプチャの前にそれを読み込みます。\n"
		      "取り込み中のキャプチャは、始めたときのシグネチャのまま調べます。\n"),
		stdout);
}

static int check(const struct rulebook *book, struct err *e)
{
	const struct rules_report *report = &book->report;

	for (size_t i = 0; i < report->malformed + report->unsupported; i++)
		rules_refused_print(stdout, &report->refused[i]);
	if (report->malformed == 0)
		return 0;
	return err_set(e, EINVAL,
		TR("%" PRIu64 " malformed rules: nothing was reloaded", "書式の誤ったルールが %" PRIu64 " 件あるため、読み込み直しません"),
		report->malformed);
}

static int reload(struct prog *p, struct err *e)
{
	int rc = rulebook_load(p, &p->rulebook, e);

	if (rc == 0)
		rc = check(p->rulebook, e);
	if (rc == 0)
		rc = prog_store(p, true, e);
	if (rc == 0)
		rc = ruleset_note(p->store, p->rulebook, p->now_s, e);
	if (rc == 0)
		rc = store_reload_mark_set(p->store, rules_digest(p->rulebook->rules), e);
	if (rc < 0)
		return rc;
	printf(TR("%zu signatures, for captures that begin from now on\n", "シグネチャ %zu 種類（これから始めるキャプチャに使います）\n"),
		rulebook_signatures(p->rulebook));
	return 0;
}

int rules_reload(struct prog *p, int argc, char **argv, struct err *e)
{
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_usage();
		return EXIT_DONE;
	}
	if (argc > 1) {
		err_set(e, EINVAL,
			TR("rules reload: unexpected \"%s\": the files are those of teiten.yaml",
				"rules reload: 余分な引数「%s」です（対象は teiten.yaml のファイルです）"),
			argv[1]);
		return EXIT_USAGE;
	}
	return reload(p, e) < 0 ? EXIT_FAILED : EXIT_DONE;
}
