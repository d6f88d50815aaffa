/* Files for the tests of geo: a folder of their own, texts, small MMDBs. */
#pragma once

#include "base/base.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

enum { LAB_PATH = 512, SKIPPED = 77 };

struct lab {
	char folder[64];
};

static inline void lab_close(struct lab *lab)
{
	DIR *d = opendir(lab->folder);
	char path[LAB_PATH];

	for (struct dirent *entry; d && (entry = readdir(d));) {
		snprintf(path, sizeof(path), "%s/%s", lab->folder, entry->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(lab->folder);
}

static inline void auto_lab_close(struct lab *lab)
{
	lab_close(lab);
}

static inline struct lab lab_open(void)
{
	struct lab lab = {"/tmp/teiten-geo-XXXXXX"};

	cr_assert(mkdtemp(lab.folder));
	return lab;
}

static inline const char *lab_path(const struct lab *lab, const char *name)
{
	static char paths[4][LAB_PATH]; /* the last four stay valid */
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, LAB_PATH, "%s/%s", lab->folder, name);
	return path;
}

static inline const char *lab_write(
	const struct lab *lab, const char *name, const void *data, size_t len)
{
	const char *path = lab_path(lab, name);
	AUTO(fclose) FILE *f = fopen(path, "wbe");

	cr_assert(f && fwrite(data, 1, len, f) == len);
	return path;
}

static inline const char *lab_text(const struct lab *lab, const char *name, const char *text)
{
	return lab_write(lab, name, text, strlen(text));
}

/* The whole file of at most 16 MiB; owned by the caller. */
static inline uint8_t *lab_read(const char *path, size_t *ret_len)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	uint8_t *data = malloc(1 << 24);

	cr_assert(f && data);
	*ret_len = fread(data, 1, 1 << 24, f);
	return data;
}

/* Runs tests/make_mmdb.pl; arguments end with NULL. Without the Perl module the test ends here,
 * skipped. */
static inline const char *lab_mmdb(const struct lab *lab, const char *name, const char *layout,
	const char *version, const char *const *entries)
{
	const char *source = getenv("TEITEN_SOURCE");
	const char *path = lab_path(lab, name);
	char script[LAB_PATH];
	const char *argv[16] = {"perl", script, layout, path, version};
	int status;

	snprintf(script, sizeof(script), "%s/tests/make_mmdb.pl", source ? source : ".");
	for (size_t i = 5; *entries && i < ARRAY_SIZE(argv) - 1; i++)
		argv[i] = *entries++;
	pid_t child = fork();
	if (child == 0) {
		execvp("perl", (char *const *)argv);
		_exit(SKIPPED);
	}
	cr_assert(child > 0 && waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED)
		cr_skip_test("no libmaxmind-db-writer-perl");
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "make_mmdb.pl failed");
	return path;
}

#define MMDB(lab, name, layout, version, ...)                                                      \
	lab_mmdb(lab, name, layout, version, (const char *const[]){__VA_ARGS__, NULL})
