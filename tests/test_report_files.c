/* Files of a report: all or nothing, the same bytes twice, and clear lines when a program or font
 * is missing. */
#include "report/report_write.h"
#include "report/run.h"
#include "report_fixture.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

struct made {
	struct settings settings;
	struct report_options options;
	struct report_data data;
	char base[64], folder[PATH_MAX];
};

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

static void make(struct made *m, bool pdf)
{
	struct err e = {0};

	*m = (struct made){.base = "/tmp/teiten-report-XXXXXX"};
	cr_assert(mkdtemp(m->base));
	snprintf(m->folder, sizeof(m->folder), "%s/report", m->base);
	cr_assert_eq(settings_init(&m->settings, &e), 0, "%s", e.text);
	fixture_data(&m->data);
	m->options = (struct report_options){.settings = &m->settings,
		.lang = LANG_JA,
		.period = m->data.period,
		.versus = m->data.versus,
		.output = m->folder,
		.now_s = zone_time(2009, 9, 30, 9, 0, 0),
		.pdf = pdf};
}

static void unmake(struct made *m)
{
	nftw(m->base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	report_data_done(&m->data);
	settings_done(&m->settings);
}

static char *read_all(const struct made *m, const char *name, size_t *len)
{
	AUTO(buf_done) struct buf all = {0};
	char path[PATH_MAX + 64];
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	AUTO(fclose) FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	for (char chunk[4096]; (n = fread(chunk, 1, sizeof(chunk), file)) > 0;)
		buf_add(&all, chunk, n);
	*len = all.len;
	return TAKE(all.data);
}

static bool exists(const struct made *m, const char *name)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	return access(path, F_OK) == 0;
}

static void put(const struct made *m, const char *name, const char *text)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	FILE *file = fopen(path, "we");
	cr_assert(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static bool has_weasyprint(void)
{
	char *program = NULL;

	if (run_find("weasyprint", &program) < 0)
		return false;
	free(program);
	return true;
}

static int count_entries(const char *folder)
{
	char command[PATH_MAX];
	int count = 0;

	snprintf(command, sizeof(command), "%s", folder);
	AUTO(buf_done) struct buf out = {0};
	struct err e = {0};
	char *const argv[] = {(char[]){"ls"}, (char[]){"-A"}, command, NULL}, *const none[] = {
										      NULL};
	cr_assert_eq(run_program("/bin/ls", argv, none, 10, &out, &e), 0, "%s", e.text);
	for (size_t i = 0; i < out.len; i++)
		count += out.data[i] == '\n';
	return count;
}

Test(report_files, every_file_is_there_and_two_builds_are_the_same_bytes)
{
	static const char *const names[] = {"report.html", "report.md", "report.json", "report.pdf",
		"figures/fig-3-1.svg", "figures/fig-3-16.svg"};
	bool pdf = has_weasyprint();
	struct made one, two;
	struct err e = {0};

	make(&one, pdf);
	make(&two, pdf);
	cr_assert_eq(report_write(&one.data, &one.options, &e), 0, "%s", e.text);
	cr_assert_eq(report_write(&two.data, &two.options, &e), 0, "%s", e.text);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len1 = 0, len2 = 0;
		AUTO(free) char *a = read_all(&one, names[i], &len1);
		AUTO(free) char *b = read_all(&two, names[i], &len2);

		if (!pdf && strstr(names[i], ".pdf"))
			continue;
		cr_assert(a && b, "%s", names[i]);
		cr_expect(len1 > 0 && len1 == len2 && memcmp(a, b, len1) == 0, "%s", names[i]);
	}
	cr_expect_eq(count_entries(one.folder), pdf ? 5 : 4, "nothing else is left behind");
	unmake(&one);
	unmake(&two);
}

Test(report_files, without_weasyprint_all_but_the_pdf_is_written)
{
	struct made m;
	struct err e = {0};

	make(&m, true);
	setenv("PATH", "/nonexistent", 1);
	cr_expect_eq(report_write(&m.data, &m.options, &e), -ENOENT);
	cr_expect(strstr(e.text, "weasyprint") && strstr(e.text, "apt install"), "%s", e.text);
	cr_expect(exists(&m, "report.html") && exists(&m, "report.json") &&
		  exists(&m, "figures/fig-3-16.svg"));
	cr_expect(!exists(&m, "report.pdf"));
	unmake(&m);
}

/* A program of our own in the place of one that a report starts. */
static void put_program(const struct made *m, const char *name, const char *script)
{
	char path[PATH_MAX + 64];

	mkdir(m->folder, 0777);
	put(m, name, script);
	snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	cr_assert_eq(chmod(path, 0755), 0);
}

Test(report_files, a_font_that_fontconfig_replaced_is_missing)
{
	struct made m;
	struct err e = {0};

	make(&m, true);
	put_program(&m, "weasyprint", "#!/bin/sh\n: > \"$4\"\n");
	put_program(&m, "fc-match", "#!/bin/sh\necho 'DejaVu Sans'\n");
	setenv("PATH", m.folder, 1);
	cr_expect_eq(report_write(&m.data, &m.options, &e), -ENOENT);
	cr_expect(strstr(e.text, "IPAexMincho") && strstr(e.text, "fonts-ipaexfont"), "%s", e.text);
	cr_expect(exists(&m, "report.html") && !exists(&m, "report.pdf"));
	unmake(&m);
}

Test(report_files, a_failing_weasyprint_is_quoted)
{
	struct made m;
	struct err e = {0};

	make(&m, true);
	put_program(
		&m, "weasyprint", "#!/bin/sh\necho first\necho 'OSError: no pango' >&2\nexit 1\n");
	put_program(&m, "fc-match", "#!/bin/sh\necho \"$3,x\"\n");
	setenv("PATH", m.folder, 1);
	cr_expect_eq(report_write(&m.data, &m.options, &e), -EIO);
	cr_expect(strstr(e.text, "OSError: no pango"), "%s", e.text);
	cr_expect(exists(&m, "report.html") && !exists(&m, "report.pdf"));
	unmake(&m);
}

Test(report_files, what_an_earlier_report_left_goes_and_what_others_left_stays)
{
	char figures[PATH_MAX + 16];
	struct made m;
	struct err e = {0};

	make(&m, false);
	mkdir(m.folder, 0777);
	snprintf(figures, sizeof(figures), "%s/figures", m.folder);
	mkdir(figures, 0777);
	put(&m, "report.pdf", "old");
	put(&m, "report.html", "old");
	put(&m, "notes.txt", "mine");
	put(&m, "figures/fig-3-99.svg", "old");
	put(&m, "figures/photo.svg", "mine");
	cr_assert_eq(report_write(&m.data, &m.options, &e), 0, "%s", e.text);
	cr_expect(!exists(&m, "report.pdf") && !exists(&m, "figures/fig-3-99.svg"));
	cr_expect(exists(&m, "notes.txt") && exists(&m, "figures/photo.svg"));
	size_t len = 0;
	AUTO(free) char *html = read_all(&m, "report.html", &len);
	cr_expect(len > 1000 && strstr(html, "</html>"));
	unmake(&m);
}

Test(report_files, a_folder_that_cannot_be_made_is_said)
{
	struct made m;
	struct err e = {0};
	char deep[PATH_MAX + 16];

	make(&m, false);
	snprintf(deep, sizeof(deep), "%s/a/b", m.folder);
	m.options.output = deep;
	cr_expect_lt(report_write(&m.data, &m.options, &e), 0);
	cr_expect(strstr(e.text, deep), "%s", e.text);
	cr_expect_eq(count_entries(m.base), 0);
	unmake(&m);
}

Test(report_files, a_file_in_the_place_of_the_folder_is_said)
{
	struct made m;
	struct err e = {0};

	make(&m, false);
	FILE *file = fopen(m.folder, "we");
	cr_assert(file && fclose(file) == 0);
	cr_expect_lt(report_write(&m.data, &m.options, &e), 0);
	cr_expect(e.text[0]);
	unmake(&m);
}

Test(report_files, another_program_has_bounds)
{
	AUTO(buf_done) struct buf out = {0};
	struct err e = {0};
	char *const sleeping[] = {(char[]){"sleep"}, (char[]){"60"}, NULL};
	char *const telling[] = {
		(char[]){"sh"}, (char[]){"-c"}, (char[]){"echo $TEITEN_X; exit 3"}, NULL};
	char *const settings[] = {(char[]){"TEITEN_X=new"}, NULL};

	cr_expect_eq(run_program("/bin/sleep", sleeping, settings, 1, &out, &e), -ETIMEDOUT);
	setenv("TEITEN_X", "old", 1);
	cr_expect_eq(run_program("/bin/sh", telling, settings, 10, &out, &e), 3);
	cr_expect_str_eq(buf_str(&out), "new\n");
	cr_expect_lt(run_program("/nonexistent/program", telling, settings, 10, &out, &e), 0);
}
