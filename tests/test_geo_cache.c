/* The tables of places in a file: used as long as they are what the databases say, made anew
 * whenever anything is wrong, and never in the way. */
#include "geo/cache.h"
#include "geo/databases.h"
#include "geo/geo.h"

#include "base/text.h"
#include "geo_make.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

static const char places_csv[] = "1.2.3.0,1.2.3.255,64500,\"Example, Inc.\"\n"
				 "9.0.0.0,9.0.0.127,64501,Half\n"
				 "2a00:db8::,2a00:db8::ffff,64502,Six\n";

/* Databases, and a folder for the cache. */
struct world {
	struct lab lab, cache;
	const char *country, *asn;
};

static void auto_world_done(struct world *w)
{
	lab_close(&w->lab);
	lab_close(&w->cache);
}

static struct world world_make(void)
{
	struct world w = {.lab = lab_open(), .cache = lab_open()};

	w.country = MMDB(&w.lab, "c.mmdb", "maxmind", "6", "1.2.3.0/25=JP", "2a00:db8::/33=VN");
	w.asn = lab_text(&w.lab, "as.csv", places_csv);
	return w;
}

static struct geo *open_in(const struct world *w, const char *folder)
{
	struct geo *g = NULL;
	struct err e = {0};

	cr_assert_eq(geo_open_cached(w->country, w->asn, "", folder, &g, &e), 0, "%s", e.text);
	return g;
}

static void lies_in(const struct geo *g, const char *text, const char *country, uint32_t asn)
{
	struct addr a;

	cr_assert(addr_parse(text, &a));
	struct place p = geo_find(g, &a);
	cr_assert(memcmp(p.country, country, 2) == 0 && p.asn == asn, "%s is in %.2s AS%u", text,
		p.country, p.asn);
}

static void check_answers(const struct geo *g)
{
	AUTO(free) struct v4_range *ranges = NULL;
	struct err e = {0};

	lies_in(g, "1.2.2.255", "ZZ", 0);
	lies_in(g, "1.2.3.127", "JP", 64500);
	lies_in(g, "1.2.3.128", "ZZ", 64500);
	lies_in(g, "9.0.0.127", "ZZ", 64501);
	lies_in(g, "9.0.0.128", "ZZ", 0);
	lies_in(g, "2a00:db8::1", "VN", 64502);
	cr_assert_str_eq(geo_asn_name(g, 64500), "Example, Inc.");
	cr_assert_str_eq(geo_asn_name(g, 64499), "");
	cr_assert_eq(geo_country_ranges(g, "JP", &ranges, &e), 1);
	cr_assert_eq(ranges[0].last, 0x0102037fu);
}

/* The name of the one file with that ending in the folder, "" without. */
static const char *file_with(const char *folder, const char *ending)
{
	static char path[LAB_PATH];
	DIR *d = opendir(folder);

	path[0] = '\0';
	cr_assert(d);
	for (struct dirent *entry; (entry = readdir(d));) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || strcmp(dot, ending) != 0)
			continue;
		cr_assert_eq(path[0], '\0', "two files");
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
	}
	closedir(d);
	return path;
}

static const char *table_of(const struct world *w)
{
	const char *path = file_with(w->cache.folder, ".table");

	cr_assert(*path, "a file was written");
	cr_assert_str_empty(file_with(w->cache.folder, ".new"));
	return file_with(w->cache.folder, ".table");
}

static struct stat state_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return st;
}

/* Opens, looks, closes; whether the file was written. */
static bool writes(const struct world *w)
{
	const char *path = file_with(w->cache.folder, ".table");
	struct stat before = {0}, after;

	if (*path)
		before = state_of(path);
	struct geo *g = open_in(w, w->cache.folder);
	check_answers(g);
	geo_close(g);
	path = file_with(w->cache.folder, ".table");
	if (!*path)
		return false;
	after = state_of(path);
	return before.st_ino != after.st_ino || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
	       before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
}

/* Which file the tables of a world are in; the key is owned by the caller. */
static struct cache_place place_in(const struct world *w, struct buf *key)
{
	AUTO(databases_done) struct databases d = {0};
	struct err e = {0};

	cr_assert_eq(databases_find(&d, w->country, w->asn, "", &e), 0);
	databases_identify(&d, key);
	return (struct cache_place){w->cache.folder, databases_number(&d), key->data};
}

static bool is_good(const struct cache_place *place)
{
	struct tables t;
	bool good = cache_read(place, &t);

	if (good)
		tables_done(&t);
	return good;
}

/* --- used and made anew ----------------------------------------------------------------------- */

Test(cache, the_second_start_uses_what_the_first_wrote)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	struct stat st = state_of(table_of(&w));
	cr_assert_eq(st.st_mode & 07777, 0600u);
	cr_assert_not(writes(&w));
	cr_assert_not(writes(&w));
}

/* Here one that says what no database does. */
Test(cache, answers_come_from_the_file)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	struct tables t;

	cr_assert(writes(&w));
	cr_assert(cache_read(&place, &t));
	struct run *read = t.runs, *changed = calloc(t.runs_count, sizeof(*changed));
	memcpy(changed, read, t.runs_count * sizeof(*changed));
	for (size_t i = 0; i < t.runs_count; i++)
		if (!changed[i].is_split && changed[i].value == 0)
			memcpy(changed[i].country, "XK", 2);
	t.runs = changed;
	cr_assert(cache_write(&place, &t));
	t.runs = read;
	tables_done(&t);
	free(changed);

	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	lies_in(g, "5.5.5.5", "XK", 0);
	lies_in(g, "1.2.3.1", "JP", 64500);
}

static void touch(const char *path)
{
	/* a second back, so that it is not the time that it has already */
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - 1000}};

	cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

Test(cache, a_database_that_was_touched_is_read_again)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	touch(w.asn);
	cr_assert(writes(&w));
	cr_assert_not(writes(&w));
	touch(w.country);
	cr_assert(writes(&w));
	cr_assert_not(writes(&w));
}

/* Same size, same time of change, another file. */
Test(cache, a_database_that_was_replaced_is_read_again)
{
	AUTO(world_done) struct world w = world_make();
	struct stat st = state_of(w.asn);
	struct timespec times[2] = {st.st_atim, st.st_mtim};
	char text[sizeof(places_csv)];

	cr_assert(writes(&w));
	memcpy(text, places_csv, sizeof(text));
	memcpy(strstr(text, "64501"), "64999", 5);
	const char *fresh = lab_text(&w.lab, "fresh", text);
	cr_assert_eq(utimensat(AT_FDCWD, fresh, times, 0), 0);
	cr_assert_eq(rename(fresh, w.asn), 0);
	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	lies_in(g, "9.0.0.1", "ZZ", 64999);
}

/* Written over in place, with the same size, and the time of change put back. */
Test(cache, a_database_that_was_written_over_is_read_again)
{
	AUTO(world_done) struct world w = world_make();
	struct stat st = state_of(w.asn);
	struct timespec times[2] = {st.st_atim, st.st_mtim};
	int fd = open(w.asn, O_WRONLY | O_CLOEXEC);

	cr_assert(writes(&w));
	usleep(20000);
	cr_assert_eq(pwrite(fd, "64999", 5, strstr(places_csv, "64501") - places_csv), 5);
	cr_assert_eq(futimens(fd, times), 0);
	close(fd);
	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	lies_in(g, "9.0.0.1", "ZZ", 64999);
}

Test(cache, a_new_version_of_the_package_is_seen)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	lab_text(&w.lab, "package.json", "{\"name\": \"@x/y\", \"version\": \"1.0.0\"}\n");
	cr_assert(writes(&w));
	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	cr_assert_str_eq(geo_version(g), "country: @x/y 1.0.0; AS: @x/y 1.0.0");
}

Test(cache, a_new_version_of_the_other_package_is_seen)
{
	AUTO(world_done) struct world w = world_make();

	w.asn = lab_text(&w.cache, "as.csv", places_csv);
	cr_assert(writes(&w));
	lab_text(&w.cache, "package.json", "{\"name\": \"@x/y\", \"version\": \"1.0.0\"}\n");
	cr_assert(writes(&w));
	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	cr_assert(strstr(geo_version(g), "; AS: @x/y 1.0.0"), "%s", geo_version(g));
}

Test(cache, a_database_that_went_is_missed)
{
	AUTO(world_done) struct world w = world_make();
	struct geo *g = NULL;
	struct err e = {0};

	cr_assert(writes(&w));
	unlink(w.asn);
	cr_assert_eq(geo_open_cached(w.country, w.asn, "", w.cache.folder, &g, &e), -ENOENT);
	cr_assert(strstr(e.text, "as.csv"), "%s", e.text);
}

Test(cache, other_databases_have_a_file_of_their_own)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0}, other_key = {0};
	struct cache_place place = place_in(&w, &key);

	cr_assert(writes(&w));
	w.asn = lab_text(&w.lab, "other.csv", "1.2.3.0,1.2.3.255,7,Seven\n");
	geo_close(open_in(&w, w.cache.folder));
	struct cache_place other = place_in(&w, &other_key);
	cr_assert(place.number != other.number && is_good(&place) && is_good(&other));
}

Test(cache, the_version_is_in_the_language_of_the_reader)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	text_set_lang(LANG_JA);
	AUTO(geo_close) struct geo *g = open_in(&w, w.cache.folder);
	cr_assert(strstr(geo_version(g), "国・地域: Test-maxmind") == geo_version(g), "%s",
		geo_version(g));
	text_set_lang(LANG_EN);
}

/* --- damage ----------------------------------------------------------------------------------- */

static void flip(const char *path, size_t at, uint8_t bits)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	uint8_t byte;

	cr_assert(fd >= 0 && pread(fd, &byte, 1, (off_t)at) == 1);
	byte ^= bits;
	cr_assert_eq(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

Test(cache, no_bit_can_change_unseen)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	unsigned seed = (unsigned)time(NULL);

	cr_assert(writes(&w));
	const char *path = table_of(&w);
	size_t bytes = (size_t)state_of(path).st_size;
	fprintf(stderr, "seed %u\n", seed);
	srandom(seed);
	for (size_t i = 0; i < 4096 + 1000; i++) {
		/* each bit of the head and the key, then some of all */
		size_t at = i < 4096 ? i / 8 : (size_t)random() % bytes;
		uint8_t bit = (uint8_t)(1 << (i < 4096 ? i % 8 : (size_t)random() % 8));

		flip(path, at, bit);
		cr_assert_not(is_good(&place), "byte %zu", at);
		flip(path, at, bit);
	}
	cr_assert(is_good(&place));
	flip(path, bytes / 2, 1);
	cr_assert(writes(&w), "made anew");
	cr_assert_not(writes(&w));
}

Test(cache, what_is_cut_or_longer_is_made_anew)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	char *path = strdup(table_of(&w));
	off_t bytes = state_of(path).st_size;
	const off_t sizes[] = {
		0, 1, 255, 256, 4096, bytes / 2, bytes - 4096, bytes - 1, bytes + 1, 2 * bytes};
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		cr_assert_eq(truncate(path, sizes[i]), 0);
		cr_assert(writes(&w), "%jd of %jd bytes", (intmax_t)sizes[i], (intmax_t)bytes);
		cr_assert_eq(state_of(path).st_size, bytes);
	}
	free(path);
}

/* Of a later version, which knows how to sign it. */
Test(cache, a_file_of_another_version_is_made_anew)
{
	enum { FORMAT_AT = 8, HEAD = 256, SUM_AT = HEAD - 8 };
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	for (uint8_t version = 0; version < 9; version += 8) {
		size_t len;
		AUTO(free) uint8_t *data = lab_read(table_of(&w), &len);
		uint64_t sum;
		const char *name = strrchr(table_of(&w), '/') + 1;

		sum = cache_checksum(data, SUM_AT);
		cr_assert(memcmp(&sum, data + SUM_AT, 8) == 0, "where the head ends");
		data[FORMAT_AT] += (uint8_t)(version + 1);
		sum = cache_checksum(data, SUM_AT);
		memcpy(data + SUM_AT, &sum, 8);
		lab_write(&w.cache, name, data, len);
		cr_assert(writes(&w));
	}
}

/* Rightly signed, but with an index that leads nowhere. */
#define WRONG(part, at, change)                                                                    \
	do {                                                                                       \
		__typeof__(*good.part) before = good.part[at];                                     \
		good.part[at] change;                                                              \
		cr_assert(cache_write(&place, &good) && !is_good(&place), #part " " #change);      \
		good.part[at] = before;                                                            \
		cr_assert(cache_write(&place, &good) && is_good(&place));                          \
	} while (0)

Test(cache, no_index_can_lead_out_of_the_tables)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	struct tables mapped, good;
	size_t split = 0;

	cr_assert(writes(&w));
	cr_assert(cache_read(&place, &mapped));
	good = mapped;
#define X(type, name)                                                                              \
	good.name = malloc(mapped.name##_count * sizeof(type) + 1);                                \
	memcpy(good.name, mapped.name, mapped.name##_count * sizeof(type));
	TABLE_PARTS(X)
#undef X
	good.mapped = NULL;
	tables_done(&mapped);
	while (!good.runs[split].is_split)
		split++;
	WRONG(nodes, 0, .before += (uint32_t)good.runs_count);
	WRONG(nodes, good.nodes_count - 1, .before = (uint32_t)good.runs_count - 64);
	WRONG(nodes, 7, .before = UINT32_MAX);
	WRONG(split_nodes, 0, .before = UINT32_MAX);
	WRONG(runs, split, .value = (uint32_t)good.split_nodes_count / 4);
	WRONG(v6_slots, 65535, .bits = 17);
	WRONG(v6_slots, 65535, .bits = 1);
	WRONG(v6_slots, 3, .bucket = UINT32_MAX);
	WRONG(v6_buckets, 0, = (uint32_t)good.v6_from_count);
	WRONG(v6_buckets, good.v6_buckets_count - 1, = UINT32_MAX);
	WRONG(name_slots, 5, .at = (uint32_t)good.name_texts_count);
	WRONG(name_texts, good.name_texts_count - 1, = 'x');
	WRONG(country_version, good.country_version_count - 1, = 'x');
	WRONG(asn_version, good.asn_version_count - 1, = 'x');
	tables_done(&good);
}

/* --- files that are not ours ------------------------------------------------------------------ */

Test(cache, a_file_that_others_may_write_is_not_read)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	cr_assert_eq(chmod(table_of(&w), 0620), 0);
	cr_assert(writes(&w));
	cr_assert_eq(chmod(table_of(&w), 0602), 0);
	cr_assert(writes(&w));
	cr_assert_not(writes(&w));
	if (geteuid() != 0)
		return;
	cr_assert_eq(chown(table_of(&w), 12345, (gid_t)-1), 0);
	cr_assert(writes(&w), "of another user");
}

Test(cache, links_and_pipes_are_not_followed)
{
	AUTO(world_done) struct world w = world_make();

	cr_assert(writes(&w));
	char *path = strdup(table_of(&w));
	const char *moved = lab_path(&w.lab, "moved");
	cr_assert(rename(path, moved) == 0 && symlink(moved, path) == 0);
	cr_assert(writes(&w));
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_assert(writes(&w));
	free(path);
}

/* Where a file is prepared stands a link to something dear. */
Test(cache, nothing_is_written_through_a_link)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	const char *dear = lab_text(&w.lab, "dear", "dear");
	char path[LAB_PATH];

	snprintf(path, sizeof(path), "%s/places-%016jx.new", w.cache.folder,
		(uintmax_t)place.number);
	for (int hard = 0; hard < 2; hard++) {
		cr_assert_eq(hard ? link(dear, path) : symlink(dear, path), 0);
		cr_assert_not(writes(&w));
		cr_assert_eq(state_of(dear).st_size, 4);
		unlink(path);
	}
	cr_assert(writes(&w));
}

/* --- folders ---------------------------------------------------------------------------------- */

Test(cache, a_folder_that_cannot_be_written_is_no_error)
{
	AUTO(world_done) struct world w = world_make();
	const char *const folders[] = {"", "/dev/null", "/dev/null/teiten", "/proc/teiten",
		"/proc/teiten/cache", w.country};
	char longest[5000];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		AUTO(geo_close) struct geo *g = open_in(&w, folders[i]);
		check_answers(g);
	}
	memset(longest, 'x', sizeof(longest));
	longest[0] = '/';
	longest[sizeof(longest) - 1] = '\0';
	AUTO(geo_close) struct geo *g = open_in(&w, longest);
	check_answers(g);
	if (geteuid() != 0) {
		cr_assert_eq(chmod(w.cache.folder, 0500), 0);
		cr_assert_not(writes(&w));
		cr_assert_eq(chmod(w.cache.folder, 0700), 0);
	}
}

Test(cache, the_folder_and_the_one_above_are_made)
{
	AUTO(world_done) struct world w = world_make();
	char above[LAB_PATH], folder[LAB_PATH + 8], deep[LAB_PATH + 16];

	snprintf(above, sizeof(above), "%s/.cache", w.lab.folder);
	snprintf(folder, sizeof(folder), "%s/teiten", above);
	snprintf(deep, sizeof(deep), "%s/no/teiten/x", w.lab.folder);
	geo_close(open_in(&w, folder));
	cr_assert_eq(state_of(above).st_mode & 07777, 0700u);
	cr_assert_eq(state_of(folder).st_mode & 07777, 0700u);
	const char *path = file_with(folder, ".table");
	cr_assert(*path);
	unlink(path);
	cr_assert(rmdir(folder) == 0 && rmdir(above) == 0);
	geo_close(open_in(&w, deep));
	snprintf(deep, sizeof(deep), "%s/no", w.lab.folder);
	cr_assert_lt(access(deep, F_OK), 0, "a home that is not there is not made");
}

/* --- several at once -------------------------------------------------------------------------- */

Test(cache, processes_that_start_at_once_do_not_disturb_each_other)
{
	enum { PROCESSES = 6, ROUNDS = 5 };
	AUTO(world_done) struct world w = world_make();
	AUTO(geo_close) struct geo *first = open_in(&w, w.cache.folder);

	for (int round = 0; round < ROUNDS; round++) {
		pid_t children[PROCESSES];

		touch(w.asn);
		for (int i = 0; i < PROCESSES; i++) {
			children[i] = fork();
			cr_assert_geq(children[i], 0);
			if (children[i] == 0) {
				struct geo *g = open_in(&w, w.cache.folder);

				check_answers(g);
				geo_close(g);
				_exit(0);
			}
		}
		for (int i = 0; i < PROCESSES; i++) {
			int status;

			cr_assert_eq(waitpid(children[i], &status, 0), children[i]);
			cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		}
		cr_assert_not(writes(&w), "one of them wrote it");
		table_of(&w);
	}
	check_answers(first); /* whose file has long lost its name */
}

/* While another process writes it, nobody waits and nobody disturbs. */
Test(cache, only_one_process_writes)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	char name[64];

	snprintf(name, sizeof(name), "places-%016jx.new", (uintmax_t)place.number);
	const char *path = lab_text(&w.cache, name, "half");
	cr_assert_eq(chmod(path, 0600), 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	cr_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	cr_assert_not(writes(&w));
	cr_assert_eq(state_of(path).st_size, 4);
	close(fd);
	cr_assert(writes(&w));
}

/* What a process that was killed left behind is in nobody's way. */
Test(cache, an_unfinished_file_is_finished_by_the_next)
{
	AUTO(world_done) struct world w = world_make();
	AUTO(buf_done) struct buf key = {0};
	struct cache_place place = place_in(&w, &key);
	char name[64];

	snprintf(name, sizeof(name), "places-%016jx.new", (uintmax_t)place.number);
	lab_text(&w.cache, name, "half");
	cr_assert_eq(chmod(lab_path(&w.cache, name), 0600), 0);
	cr_assert(writes(&w));
	table_of(&w);
}
