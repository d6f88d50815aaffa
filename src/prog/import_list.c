/* The first half of a plan: which files there are. */
#include "prog/import_plan.h"

#include "base/text.h"
#include "prog/archive.h"
#include "prog/stop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int out_of_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

/* --- what was found --- */

static int add_file(struct import_plan *p, const char *path, const struct stat *st,
	enum import_skip skip, bool named, struct err *e)
{
	if (p->count == p->max) {
		size_t max = p->max + p->max / 2 + 64;
		struct import_file *files = reallocarray(p->files, max, sizeof(*files));

		if (!files || max > UINT32_MAX)
			return out_of_memory(e);
		p->files = files;
		p->max = max;
	}
	struct import_file *file = &p->files[p->count];
	*file = (struct import_file){.path = strdup(path), .skip = skip, .named = named};
	if (!file->path)
		return out_of_memory(e);
	if (st) {
		file->device = st->st_dev;
		file->inode = st->st_ino;
		file->bytes = (uint64_t)st->st_size;
	}
	p->count++;
	return 0;
}

static int add_failure(struct import_plan *p, const struct err *failure, struct err *e)
{
	char **failures = reallocarray(p->failures, p->failure_count + 1, sizeof(*failures));

	if (!failures)
		return out_of_memory(e);
	p->failures = failures;
	failures[p->failure_count] = strdup(failure->text);
	return failures[p->failure_count++] ? 0 : out_of_memory(e);
}

static int fail(struct import_plan *p, const char *path, int cause, struct err *e)
{
	struct err failure = {0};

	err_set(&failure, cause,
		TR("cannot read the folder %s: %s", "フォルダー %s を読めません: %s"), path,
		strerror(cause));
	return add_failure(p, &failure, e);
}

/* --- folders --- */

/* Those that wait, so that only one is open at a time however deep they lie. */
struct walk {
	struct import_plan *plan;
	char **waiting;
	size_t count;
};

static int wait_for(struct walk *w, char *folder, struct err *e)
{
	char **waiting = reallocarray(w->waiting, w->count + 1, sizeof(*waiting));

	if (!waiting)
		free(folder);
	else
		waiting[w->count++] = folder;
	w->waiting = waiting ? waiting : w->waiting;
	return waiting ? 0 : out_of_memory(e);
}

static char *join(const char *folder, const char *name)
{
	size_t len = strlen(folder);
	char *path;

	return asprintf(&path, "%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/", name) < 0
		       ? NULL
		       : path;
}

/* Links to files are followed; links to folders are not, so that nothing is walked twice or for
 * ever. */
static int take_entry(
	struct walk *w, DIR *from, const char *folder, const char *name, struct err *e)
{
	struct stat st;

	if (name[0] == '.' || archive_is_incoming(name))
		return 0;
	if (fstatat(dirfd(from), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0; /* it has gone meanwhile */
	bool is_link = S_ISLNK(st.st_mode);
	bool is_broken = is_link && fstatat(dirfd(from), name, &st, 0) < 0;
	AUTO(free) char *path = join(folder, name);
	if (!path)
		return out_of_memory(e);
	if (!is_link && S_ISDIR(st.st_mode))
		return wait_for(w, TAKE(path), e);
	enum import_skip skip = is_broken || S_ISDIR(st.st_mode) ? IMPORT_LINK
				: S_ISREG(st.st_mode)		 ? IMPORT_READ
								 : IMPORT_SPECIAL;
	return add_file(w->plan, path, &st, skip, false, e);
}

static int take_folder(struct walk *w, const char *folder, bool named, struct err *e)
{
	DIR *from = opendir(folder);
	struct stat st;
	int rc = 0;

	if (!from)
		return fail(w->plan, folder, errno, e);
	const struct stat *avoid = &w->plan->avoid;
	if (!named && fstat(dirfd(from), &st) == 0 && st.st_ino == avoid->st_ino &&
		st.st_dev == avoid->st_dev) {
		closedir(from);
		return 0;
	}
	while (rc == 0) {
		errno = 0;
		const struct dirent *entry = readdir(from);
		int cause = errno;

		if (!entry && cause)
			rc = fail(w->plan, folder, cause, e);
		if (!entry)
			break;
		rc = take_entry(w, from, folder, entry->d_name, e);
	}
	closedir(from);
	return rc;
}

static int walk(struct import_plan *p, const char *folder, struct err *e)
{
	struct walk w = {.plan = p};
	int rc = take_folder(&w, folder, true, e);

	p->has_folder = true;
	while (w.count > 0) {
		AUTO(free) char *next = w.waiting[--w.count];

		if (rc == 0)
			rc = stop_check(e);
		if (rc == 0)
			rc = take_folder(&w, next, false, e);
	}
	free(w.waiting);
	return rc;
}

/* --- names --- */

int import_plan_add(struct import_plan *p, const char *path, struct err *e)
{
	struct stat st;
	struct err failure = {0};

	if (strcmp(path, "-") == 0) {
		p->standard_input = true;
		return 0;
	}
	if (stat(path, &st) < 0)
		return add_file(p, path, NULL, IMPORT_READ, true, e); /* told in its turn */
	if (S_ISDIR(st.st_mode))
		return walk(p, path, e);
	if (S_ISREG(st.st_mode))
		return add_file(p, path, &st, IMPORT_READ, true, e);
	err_set(&failure, EINVAL,
		TR("%s can be read only once: give it as standard input (-)",
			"%s は一度しか読めません。標準入力（-）から渡してください"),
		path);
	return add_failure(p, &failure, e);
}

/* In a list - is a file of that name. */
static int add_name(struct import_plan *p, const char *name, struct err *e)
{
	if (!*name)
		return 0;
	return import_plan_add(p, strcmp(name, "-") == 0 ? "./-" : name, e);
}

int import_plan_add_list(struct import_plan *p, const char *file, char separator, struct err *e)
{
	bool is_stdin = strcmp(file, "-") == 0;
	const char *name = is_stdin ? TR("standard input", "標準入力") : file;
	AUTO(fclose) FILE *opened = is_stdin ? NULL : fopen(file, "re");
	FILE *from = is_stdin ? stdin : opened;
	AUTO(free) char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int rc = 0;

	if (!from)
		return err_set(e, errno, TR("cannot open %s: %s", "%s を開けません: %s"), file,
			strerror(errno));
	while (rc == 0 && (len = getdelim(&line, &size, separator, from)) > 0) {
		if (line[len - 1] == separator)
			line[len - 1] = '\0';
		rc = add_name(p, line, e);
		if (rc == 0)
			rc = stop_check(e);
	}
	if (rc == 0)
		rc = stop_check(e);
	if (rc == 0 && ferror(from))
		return err_set(e, EIO, TR("cannot read %s", "%s を読めません"), name);
	return rc;
}
