#include "prog/refusals.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define REASON ".reason"

enum { AT_ONCE = 1024 };

struct noting {
	struct store *store;
	const struct inbox *in;
	int64_t since_s, newest_s;
	struct posted_refusal *list;
	size_t count;
};

static int flush(struct noting *n, struct err *e)
{
	int rc = store_refused_put(n->store, n->list, n->count, e);

	n->count = 0;
	return rc;
}

static void read_reason(const char *path, char *ret, size_t size)
{
	AUTO(fclose) FILE *f = fopen(path, "re");

	ret[0] = '\0';
	if (f && fgets(ret, (int)size, f))
		ret[strcspn(ret, "\n")] = '\0';
}

static int note(struct noting *n, const char *sensor, const char *name, struct err *e)
{
	struct posted_refusal *r = &n->list[n->count];
	char path[PATH_MAX];
	struct stat st;
	size_t len = strlen(name), tail = strlen(REASON);

	if (len <= tail || strcmp(name + len - tail, REASON) != 0)
		return 0;
	snprintf(path, sizeof(path), "%s/quarantine/%s/%s", n->in->folder, sensor, name);
	if (stat(path, &st) < 0 || st.st_mtime < n->since_s)
		return 0;
	*r = (struct posted_refusal){.refused_s = st.st_mtime};
	snprintf(r->collector, sizeof(r->collector), "%s", n->in->collector);
	snprintf(r->sensor, sizeof(r->sensor), "%.*s", SEGMENT_SENSOR_MAX, sensor);
	snprintf(r->name, sizeof(r->name), "%.*s", (int)(len - tail), name);
	read_reason(path, r->reason, sizeof(r->reason));
	n->newest_s = r->refused_s > n->newest_s ? r->refused_s : n->newest_s;
	return ++n->count == AT_ONCE ? flush(n, e) : 0;
}

static int note_sensor(struct noting *n, const char *sensor, struct err *e)
{
	char folder[PATH_MAX];
	int rc = 0;

	snprintf(folder, sizeof(folder), "%s/quarantine/%s", n->in->folder, sensor);
	DIR *d = opendir(folder);
	for (struct dirent *entry; d && rc == 0 && (entry = readdir(d));)
		rc = note(n, sensor, entry->d_name, e);
	if (d)
		closedir(d);
	return rc;
}

int refusals_note(struct store *s, const struct inbox *in, int64_t since_s, int64_t *ret_newest_s, struct err *e)
{
	AUTO(free) struct posted_refusal *list = calloc(AT_ONCE, sizeof(*list));
	struct noting n = {.store = s, .in = in, .since_s = since_s, .newest_s = since_s, .list = list};
	char folder[PATH_MAX];
	int rc = 0;

	if (!list)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	snprintf(folder, sizeof(folder), "%s/quarantine", in->folder);
	DIR *d = opendir(folder);
	for (struct dirent *entry; d && rc == 0 && (entry = readdir(d));)
		if (entry->d_name[0] != '.')
			rc = note_sensor(&n, entry->d_name, e);
	if (d)
		closedir(d);
	*ret_newest_s = n.newest_s;
	return rc < 0 ? rc : flush(&n, e);
}
