#include "engine_use.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { QUIET_POLLS = 10, POLL_MS = 200 };

/* The text after the first word in a small file, "" when it is not there. */
static void read_after(const char *path, const char *word, char *out, size_t size)
{
	char text[8192] = "";
	AUTO(fclose) FILE *f = fopen(path, "re");
	size_t len = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[len] = '\0';
	const char *at = strstr(text, word);
	snprintf(out, size, "%s", at ? at + strlen(word) : "");
}

/* proc(5): utime and stime are the 12th and 13th field after the name in brackets. */
static double cpu_s(unsigned pid)
{
	char path[64], text[512];
	unsigned long user = 0, kernel = 0;

	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	read_after(path, ") ", text, sizeof(text));
	sscanf(text, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

int engine_use(const char *folder, struct engine_use *ret, struct err *e)
{
	char path[4096], text[64];
	unsigned pid = 0;

	snprintf(path, sizeof(path), "%s/engine.json", folder);
	read_after(path, "\"pid\":", text, sizeof(text));
	if (sscanf(text, "%u", &pid) != 1)
		return err_set(e, ENOENT, "no engine runs in %s", folder);
	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	read_after(path, "VmHWM:", text, sizeof(text));
	*ret = (struct engine_use){.cpu_s = cpu_s(pid)};
	if (sscanf(text, "%" SCNu64, &ret->peak_kib) != 1)
		return err_set(e, ENOENT, "the engine of %s is gone", folder);
	return 0;
}

int engine_wait(struct store *s, struct err *e)
{
	int r = 0;

	for (int quiet = 0; r >= 0 && quiet < QUIET_POLLS; quiet++) {
		AUTO(result_done) struct result merges = {0};

		nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000}, NULL);
		r = store_query(s, "SELECT count() FROM system.merges", NULL, 0, &merges, e);
		if (r >= 0 && result_u64(&merges, 0, 0) > 0)
			quiet = -1;
	}
	return r;
}
