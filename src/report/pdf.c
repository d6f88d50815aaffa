#include "report/pdf.h"

#include "base/text.h"
#include "report/run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { FONT_TIMEOUT_S = 60, PDF_TIMEOUT_S = 600 };

static int find(const char *name, const char *package, char **ret, struct err *e)
{
	int rc = run_find(name, ret);

	if (rc == -ENOENT)
		err_set(e, ENOENT,
			TR("report.pdf was not made: there is no program %s in PATH (Debian: apt "
			   "install %s; or --no-pdf). All other "
			   "files are written",
				"report.pdf は作られていません: プログラム %s が PATH "
				"にありません（Debian: apt install %s。不要なら "
				"--no-pdf）。その他のファイルは"
				"書き込み済みです"),
			name, package);
	else if (rc < 0)
		err_set(e, -rc, TR("out of memory", "メモリーが足りません"));
	return rc;
}

/* fontconfig answers every name with some font: what counts is the family that it really found. */
static int check_font(char *fc_match, const char *family, struct err *e)
{
	AUTO(buf_done) struct buf found = {0};
	char *const argv[] = {
		fc_match, (char[]){"-f"}, (char[]){"%{family}"}, (char *)(uintptr_t)family, NULL};
	char *const settings[] = {NULL};

	int rc = run_program(fc_match, argv, settings, FONT_TIMEOUT_S, &found, e);
	if (rc < 0)
		return rc;
	if (rc == 0 && strstr(buf_str(&found), family))
		return 0;
	return err_set(e, ENOENT,
		TR("report.pdf was not made: the font %s is missing (Debian: apt install "
		   "fonts-ipaexfont; or --no-pdf). All "
		   "other files are written",
			"report.pdf は作られていません: フォント %s がありません（Debian: apt "
			"install fonts-ipaexfont。不要なら --no-pdf）。その他の"
			"ファイルは書き込み済みです"),
		family);
}

static int check_fonts(struct err *e)
{
	AUTO(free) char *fc_match = NULL;

	int rc = find("fc-match", "fontconfig", &fc_match, e);
	if (rc == 0)
		rc = check_font(fc_match, "IPAexMincho", e);
	if (rc == 0)
		rc = check_font(fc_match, "IPAexGothic", e);
	return rc;
}

/* The last line that a program said: of a Python traceback the one that names the error. */
static const char *last_line(struct buf *said)
{
	while (said->len && said->data[said->len - 1] == '\n')
		said->data[--said->len] = '\0';
	const char *line = said->len ? strrchr(said->data, '\n') : NULL;
	return line ? line + 1 : buf_str(said);
}

/* Names and dates in a PDF come from the clock and from hashes of Python, unless told otherwise. */
static int run_weasyprint(
	char *program, const char *html, const char *pdf, int64_t date_s, struct err *e)
{
	AUTO(buf_done) struct buf said = {0};
	char date[48];
	char *const argv[] = {program, (char[]){"--encoding"}, (char[]){"utf-8"},
		(char *)(uintptr_t)html, (char *)(uintptr_t)pdf, NULL};
	char *const settings[] = {
		date, (char[]){"PYTHONHASHSEED=0"}, (char[]){"LC_ALL=C.UTF-8"}, NULL};

	snprintf(date, sizeof(date), "SOURCE_DATE_EPOCH=%" PRId64, date_s);
	int rc = run_program(program, argv, settings, PDF_TIMEOUT_S, &said, e);
	if (rc < 0)
		return rc;
	if (rc == 0 && access(pdf, R_OK) == 0)
		return 0;
	return err_set(e, EIO,
		TR("report.pdf was not made: weasyprint failed: %s",
			"report.pdf は作られていません: weasyprint が失敗しました: %s"),
		last_line(&said));
}

int pdf_make(const char *html, const char *pdf, int64_t date_s, struct err *e)
{
	AUTO(free) char *program = NULL;

	int rc = find("weasyprint", "weasyprint", &program, e);
	if (rc == 0)
		rc = check_fonts(e);
	if (rc == 0)
		rc = run_weasyprint(program, html, pdf, date_s, e);
	return rc;
}
