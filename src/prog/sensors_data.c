#include "prog/sensors_data.h"

#include "base/text.h"
#include "prog/collected.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static struct sensor_state *find(struct sensor_states *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->states[i].sums.sensor, name) == 0)
			return &all->states[i];
	return NULL;
}

/* That sensor, which may be new; NULL: no memory. */
static struct sensor_state *take(struct sensor_states *all, const char *name)
{
	struct sensor_state *found = find(all, name);

	if (found)
		return found;
	struct sensor_state *more = reallocarray(all->states, all->count + 1, sizeof(*more));
	if (!more)
		return NULL;
	all->states = more;
	found = &more[all->count++];
	*found = (struct sensor_state){.mode = ""};
	snprintf(found->sums.sensor, sizeof(found->sums.sensor), "%.*s", SEGMENT_SENSOR_MAX, name);
	return found;
}

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int add_configured(struct sensor_states *all, const struct plant *plant, struct err *e)
{
	for (size_t i = 0; i < plant->count; i++) {
		struct sensor_state *s = take(all, plant->sensors[i].name);

		if (!s)
			return no_memory(e);
		s->mode = plant->sensors[i].reactive ? "reactive" : "passive";
	}
	return 0;
}

static int add_sums(struct sensor_states *all, struct store *store, struct span period, struct err *e)
{
	AUTO(free) struct posted_sum *sums = NULL;
	int count = store_posted_sums(store, period, &sums, e);

	for (int i = 0; i < count; i++) {
		struct sensor_state *s = take(all, sums[i].sensor);

		if (!s)
			return no_memory(e);
		s->sums = sums[i];
		s->heard_s = sums[i].taken_s;
	}
	return count < 0 ? count : 0;
}

/* --- the collector's folder --- */

static void hear(struct sensor_state *s, int folder_fd, const char *name)
{
	struct stat st;

	if (fstatat(folder_fd, name, &st, 0) == 0 && st.st_mtime > s->heard_s)
		s->heard_s = st.st_mtime;
}

/* NULL: there is none. */
static DIR *open_below(int folder_fd, const char *name)
{
	int fd = openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !d)
		close(fd);
	return d;
}

static void look_into(struct sensor_state *s, DIR *d)
{
	struct spool_name name;

	for (struct dirent *entry; (entry = readdir(d));) {
		if (!spool_name_parse(entry->d_name, &name))
			continue;
		s->waiting++;
		hear(s, dirfd(d), entry->d_name);
	}
	closedir(d);
}

/* Also sensors that are in neither teiten.yaml nor the store. */
static int add_inbox(struct sensor_states *all, int collector_fd, struct err *e)
{
	DIR *d = open_below(collector_fd, "inbox");
	int rc = 0;

	for (struct dirent *entry; d && rc == 0 && (entry = readdir(d));) {
		DIR *below = entry->d_name[0] == '.' ? NULL : open_below(dirfd(d), entry->d_name);
		struct sensor_state *s = below ? take(all, entry->d_name) : NULL;

		if (s)
			look_into(s, below);
		else if (below)
			rc = no_memory(e);
	}
	if (d)
		closedir(d);
	return rc;
}

static void add_heartbeats(struct sensor_states *all, int collector_fd)
{
	for (size_t i = 0; i < all->count; i++) {
		char name[96];

		snprintf(name, sizeof(name), "sensors/%s.json", all->states[i].sums.sensor);
		hear(&all->states[i], collector_fd, name);
	}
}

static int add_collector(struct sensor_states *all, const struct prog *p, struct err *e)
{
	char path[PATH_MAX];
	struct err none = {0};

	if (collected_folder(p, path, &none) < 0)
		return 0;
	AUTO(close) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	int rc = add_inbox(all, fd, e);
	add_heartbeats(all, fd);
	return rc;
}

static int by_name(const void *a, const void *b)
{
	const struct sensor_state *x = a, *y = b;

	return strcmp(x->sums.sensor, y->sums.sensor);
}

int sensors_gather(struct prog *p, struct span period, struct sensor_states *ret, struct err *e)
{
	*ret = (struct sensor_states){0};
	int rc = add_configured(ret, &p->configured, e);
	if (rc == 0)
		rc = add_sums(ret, p->store, period, e);
	if (rc == 0)
		rc = add_collector(ret, p, e);
	if (ret->count)
		qsort(ret->states, ret->count, sizeof(*ret->states), by_name);
	return rc;
}

void sensor_states_done(struct sensor_states *s)
{
	free(s->states);
	*s = (struct sensor_states){0};
}
