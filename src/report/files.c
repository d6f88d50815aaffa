#include "report/files.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

static int fail(struct err *e, const char *what, const char *path)
{
	int code = errno;

	return err_set(e, code, "%s %s: %s", what, path, strerror(code));
}

static int make_folder(const char *path, struct err *e)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return fail(e, TR("cannot make the folder", "フォルダーを作れません:"), path);
}

int files_begin(struct files *f, const char *folder, struct err *e)
{
	char figures[PATH_MAX];

	*f = (struct files){0};
	if (strlen(folder) >= sizeof(f->folder))
		return err_set(e, ENAMETOOLONG,
			TR("--output: the path is too long", "--output: パスが長すぎます"));
	snprintf(f->folder, sizeof(f->folder), "%s", folder);
	if (make_folder(f->folder, e) < 0)
		return -EIO;
	char work[sizeof(f->work)];
	snprintf(work, sizeof(work), "%s/.report-XXXXXX", f->folder);
	if (!mkdtemp(work))
		return fail(e, TR("cannot write into", "書き込めません:"), f->folder);
	memcpy(f->work, work, sizeof(work));
	snprintf(figures, sizeof(figures), "%s/figures", f->work);
	return make_folder(figures, e);
}

int files_add(struct files *f, const char *name, char path[PATH_MAX], struct err *e)
{
	if (f->count == FILES_MAX || strlen(name) >= FILES_NAME_SIZE)
		return err_set(e, E2BIG,
			TR("too many files in one report", "報告書のファイルが多すぎます"));
	snprintf(f->names[f->count++], FILES_NAME_SIZE, "%s", name);
	snprintf(path, PATH_MAX, "%s/%s", f->work, name);
	return 0;
}

int files_write(struct files *f, const char *name, const struct buf *contents, struct err *e)
{
	char path[PATH_MAX];

	if (contents->failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = files_add(f, name, path, e);
	if (rc < 0)
		return rc;
	FILE *file = fopen(path, "wxe");
	if (!file)
		return fail(e, TR("cannot write", "書き込めません:"), path);
	size_t written = fwrite(buf_str(contents), 1, contents->len, file);
	if (fclose(file) != 0 || written != contents->len)
		return fail(e, TR("cannot write", "書き込めません:"), path);
	return 0;
}

void files_drop(struct files *f)
{
	char path[PATH_MAX];

	if (f->count == 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", f->work, f->names[--f->count]);
	unlink(path);
}

static bool has_name(const struct files *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->names[i], name) == 0)
			return true;
	return false;
}

/* Only names that a report makes: anything else in the folder is the user's. */
static void remove_stale(const struct files *f)
{
	char path[PATH_MAX], name[FILES_NAME_SIZE];
	struct dirent *entry;

	if (!has_name(f, "report.pdf")) {
		snprintf(path, sizeof(path), "%s/report.pdf", f->folder);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/figures", f->folder);
	DIR *dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (fnmatch("fig-[0-9]*-[0-9]*.svg", entry->d_name, 0) != 0 ||
			strlen(entry->d_name) > FILES_NAME_SIZE - 9)
			continue;
		snprintf(name, sizeof(name), "figures/%.38s", entry->d_name);
		snprintf(path, sizeof(path), "%s/%s", f->folder, name);
		if (!has_name(f, name))
			unlink(path);
	}
	if (dir)
		closedir(dir);
}

int files_commit(struct files *f, struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX];

	snprintf(to, sizeof(to), "%s/figures", f->folder);
	if (make_folder(to, e) < 0)
		return -EIO;
	for (size_t i = 0; i < f->count; i++) {
		snprintf(from, sizeof(from), "%s/%s", f->work, f->names[i]);
		snprintf(to, sizeof(to), "%s/%s", f->folder, f->names[i]);
		if (rename(from, to) < 0)
			return fail(e, TR("cannot write", "書き込めません:"), to);
	}
	remove_stale(f);
	return 0;
}

void files_done(struct files *f)
{
	char path[PATH_MAX];

	if (f->work[0] == '\0')
		return;
	for (size_t i = 0; i < f->count; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->work, f->names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/figures", f->work);
	rmdir(path);
	rmdir(f->work);
	f->work[0] = '\0';
}
