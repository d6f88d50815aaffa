#include "prog/inbox.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

/* So many files are looked at in one go; of one sensor at least FILES_LEAST of them. */
enum { FILES_MAX = 16384, FILES_LEAST = 64, DAY_S = 86400, DAY_SIZE = 16 };

/* --- folders --- */

static int make_folder(const char *path, struct err *e)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return err_set(e, errno, TR("cannot make the folder %s: %m", "フォルダー %s を作れません: %m"), path);
}

/* FOLDER/one/two/three, each made; NULL: no more. */
static int make_folders(const struct inbox *in, const char *const parts[], char ret[PATH_MAX], struct err *e)
{
	int len = snprintf(ret, PATH_MAX, "%s", in->folder), rc = make_folder(ret, e);

	for (size_t i = 0; rc == 0 && parts[i]; i++) {
		len += snprintf(ret + len, PATH_MAX - (size_t)len, "/%s", parts[i]);
		rc = make_folder(ret, e);
	}
	return rc;
}

static int take_lock(struct inbox *in, struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/loading.lock", in->folder);
	in->lock_fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (in->lock_fd < 0)
		return err_set(e, errno, TR("cannot open %s: %m", "%s を開けません: %m"), path);
	if (flock(in->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return err_set(e, EBUSY, TR("another process is loading from %s (teiten collect does so by itself unless collect.load is false)",
			"別のプロセスが %s から取り込み中です（collect.load が false でなければ teiten collect が自動で取り込みます）"),
		in->folder);
}

static int read_collector(struct inbox *in, const char *path, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "re");

	if (!f)
		return errno == ENOENT ? -ENOENT : err_set(e, errno, TR("cannot open %s: %m", "%s を開けません: %m"), path);
	in->collector[fread(in->collector, 1, 32, f)] = '\0';
	return strspn(in->collector, "0123456789abcdef") == 32 ? 0 : -ENOENT;
}

/* Our name in claims: random, made once. One that was written in half is none. */
static int name_collector(struct inbox *in, struct err *e)
{
	char path[PATH_MAX], made[PATH_MAX];
	uint8_t random[16];

	snprintf(path, sizeof(path), "%s/collector", in->folder);
	snprintf(made, sizeof(made), "%s/collector.new", in->folder);
	int rc = read_collector(in, path, e);
	if (rc != -ENOENT)
		return rc;
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return err_set(e, errno, TR("no random numbers: %m", "乱数が得られません: %m"));
	segment_hex(random, sizeof(random), in->collector);
	AUTO(fclose) FILE *f = fopen(made, "we");
	if (!f || fputs(in->collector, f) < 0 || fflush(f) < 0 || fsync(fileno(f)) < 0 || rename(made, path) < 0)
		return err_set(e, errno, TR("cannot write %s: %m", "%s を書けません: %m"), made);
	return 0;
}

int inbox_open(const char *folder, struct inbox *ret, struct err *e)
{
	static const char *const below[] = {"inbox", "archive", "quarantine"};
	char path[PATH_MAX];
	int rc = 0;

	*ret = (struct inbox){.lock_fd = -1};
	if (snprintf(ret->folder, sizeof(ret->folder), "%s", folder) >= (int)sizeof(ret->folder))
		return err_set(e, ENAMETOOLONG, TR("%s: the name is too long", "%s: 名前が長すぎます"), folder);
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(below); i++)
		rc = make_folders(ret, (const char *const[]){below[i], NULL}, path, e);
	if (rc == 0)
		rc = take_lock(ret, e);
	if (rc == 0)
		rc = name_collector(ret, e);
	return rc;
}

void inbox_look(const char *folder, struct inbox *ret)
{
	*ret = (struct inbox){.lock_fd = -1};
	if (snprintf(ret->folder, sizeof(ret->folder), "%s", folder) >= (int)sizeof(ret->folder))
		ret->folder[0] = '\0';
}

void inbox_close(struct inbox *in)
{
	if (in->lock_fd >= 0)
		close(in->lock_fd);
	in->lock_fd = -1;
}

/* --- moving --- */

void inbox_path(const struct inbox *in, const struct inbox_file *file, char ret[PATH_MAX])
{
	char name[SPOOL_NAME_MAX];

	snprintf(ret, PATH_MAX, "%s/inbox/%s/%s", in->folder, file->ledger.sensor, spool_name_print(&file->name, name));
}

static char *print_day(int64_t t_s, char ret[DAY_SIZE])
{
	time_t t = t_s;
	struct tm day;

	if (t_s < 0 || t_s > UINT32_MAX || !gmtime_r(&t, &day) || strftime(ret, DAY_SIZE, "%Y-%m-%d", &day) == 0)
		snprintf(ret, DAY_SIZE, "0000-00-00");
	return ret;
}

int inbox_archive(const struct inbox *in, const struct inbox_file *file, struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX], day[DAY_SIZE], name[SPOOL_NAME_MAX];
	const char *const parts[] = {"archive", file->ledger.sensor, print_day(file->ledger.observed_from_s, day), NULL};
	int rc = make_folders(in, parts, to, e);

	if (rc < 0)
		return rc;
	inbox_path(in, file, from);
	size_t len = strlen(to);
	snprintf(to + len, sizeof(to) - len, "/%s", spool_name_print(&file->name, name));
	if (rename(from, to) == 0 || errno == ENOENT)
		return 0;
	return err_set(e, errno, TR("cannot move %s to %s: %m", "%s を %s に移せません: %m"), from, to);
}

static void write_reason(const char *path, const char *why)
{
	AUTO(fclose) FILE *f = fopen(path, "we");

	if (f)
		fprintf(f, "%s\n", why);
}

int inbox_quarantine(const struct inbox *in, const char *sensor, const char *name, const char *why, struct err *e)
{
	char from[PATH_MAX], to[PATH_MAX];
	int rc = make_folders(in, (const char *const[]){"quarantine", sensor, NULL}, to, e);

	if (rc < 0)
		return rc;
	size_t len = strlen(to);
	snprintf(to + len, sizeof(to) - len, "/%s.reason", name);
	write_reason(to, why);
	to[strlen(to) - strlen(".reason")] = '\0';
	snprintf(from, sizeof(from), "%s/inbox/%s/%s", in->folder, sensor, name);
	if (rename(from, to) < 0 && errno != ENOENT)
		return err_set(e, errno, TR("cannot move %s to %s: %m", "%s を %s に移せません: %m"), from, to);
	fprintf(stderr, TR("teiten: quarantine/%s/%s: %s\n", "teiten: quarantine/%s/%s: %s\n"), sensor, name, why);
	return 0;
}

bool inbox_find(const struct inbox *in, const char *sensor, const char *epoch, uint64_t sequence, int64_t near_s, char ret[PATH_MAX])
{
	struct spool_name name = {.sequence = sequence};
	char text[SPOOL_NAME_MAX], day[DAY_SIZE];

	if (!segment_unhex(epoch, name.epoch, SEGMENT_EPOCH))
		return false;
	for (name.level = SPOOL_WHOLE; name.level <= SPOOL_COUNTERS; name.level++) {
		spool_name_print(&name, text);
		snprintf(ret, PATH_MAX, "%s/inbox/%s/%s", in->folder, sensor, text);
		if (access(ret, R_OK) == 0)
			return true;
		for (int64_t days = -1; days <= 1; days++) {
			snprintf(ret, PATH_MAX, "%s/archive/%s/%s/%s", in->folder, sensor, print_day(near_s + days * DAY_S, day), text);
			if (access(ret, R_OK) == 0)
				return true;
		}
	}
	return false;
}

/* --- reading --- */

/* What was lost between two states of the counters of the interface. */
static uint64_t interface_lost(const struct segment_info *info)
{
	const uint64_t *now = info->tail.counters, *then = info->head.counters;
	uint64_t before = then[COUNTER_interface_dropped] + then[COUNTER_interface_missed];
	uint64_t behind = now[COUNTER_interface_dropped] + now[COUNTER_interface_missed];

	return behind > before ? behind - before : 0;
}

static void note_gaps(const struct segment_tail *tail, struct posted *ret)
{
	for (size_t i = tail->gap_count; i > 0; i--) {
		const struct segment_gap *gap = &tail->gaps[i - 1];

		ret->lost_spool += gap->packets;
		if (gap->first < ret->covers_from && gap->last + 1 >= ret->covers_from)
			ret->covers_from = gap->first;
	}
}

static int64_t to_s(int64_t ns)
{
	return ns / 1000000000;
}

static void describe(const struct segment_info *info, struct inbox_file *ret)
{
	struct posted *p = &ret->ledger;
	uint64_t at_interface = interface_lost(info);

	p->sequence = p->covers_from = info->head.sequence;
	p->level = ret->name.level;
	p->observed_from_s = to_s(info->head.clock.real_ns);
	p->observed_to_s = to_s(info->tail.clock.real_ns);
	p->packets = info->packets;
	p->heard = info->tail.heard;
	p->lost_interface = at_interface < info->tail.lost ? at_interface : info->tail.lost;
	p->lost_ring = info->tail.lost - p->lost_interface;
	p->bodies_cut = info->tail.bodies_cut;
	note_gaps(&info->tail, p);
	segment_hex(info->head.epoch, SEGMENT_EPOCH, p->epoch);
	ret->observed_to_ns = info->tail.clock.real_ns;
	ret->last_ns = info->last_ns;
	ret->ends_epoch = info->tail.flags & (SEGMENT_FINAL | SEGMENT_REPAIRED);
}

static int check(const struct segment_info *info, const char *sensor, const struct spool_name *name, struct err *e)
{
	if (strcmp(info->head.sensor, sensor) != 0)
		return err_set(e, EBADMSG, TR("it says that it is of sensor %s", "センサー %s のものと書かれています"), info->head.sensor);
	if (info->head.sequence != name->sequence || memcmp(info->head.epoch, name->epoch, SEGMENT_EPOCH) != 0)
		return err_set(e, EBADMSG, TR("it says that it has another number than its name", "名前と違う番号が書かれています"));
	return 0;
}

/* 0, or -EBADMSG with why it is no such segment, or another failure. */
static int read_one(const struct inbox *in, const char *sensor, struct inbox_file *ret, struct segment_info *info, struct err *e)
{
	char path[PATH_MAX];
	uint8_t digest[SEGMENT_DIGEST];
	struct stat st;

	snprintf(ret->ledger.sensor, sizeof(ret->ledger.sensor), "%.*s", SEGMENT_SENSOR_MAX, sensor);
	inbox_path(in, ret, path);
	int rc = segment_read_file(path, info, digest, NULL, NULL, e);
	if (rc == 0)
		rc = check(info, sensor, &ret->name, e);
	if (rc < 0)
		return rc;
	describe(info, ret);
	segment_hex(digest, sizeof(digest), ret->ledger.digest);
	ret->ledger.taken_s = stat(path, &st) == 0 ? st.st_ctime : 0;
	return 0;
}

/* --- listing --- */

struct names {
	char (*names)[SPOOL_NAME_MAX];
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Those of one sensor, sorted: by epoch, then by sequence. Other files are not ours. */
static int list_names(const char *folder, struct names *ret, struct err *e)
{
	DIR *d = opendir(folder);
	struct spool_name name;
	int rc = 0;

	*ret = (struct names){0};
	for (struct dirent *entry; d && rc == 0 && (entry = readdir(d));) {
		if (!spool_name_parse(entry->d_name, &name))
			continue;
		if (ret->count % 1024 == 0) {
			void *more = reallocarray(ret->names, ret->count + 1024, SPOOL_NAME_MAX);
			if (!more) {
				rc = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
				break;
			}
			ret->names = more;
		}
		snprintf(ret->names[ret->count++], SPOOL_NAME_MAX, "%.*s", SPOOL_NAME_MAX - 1, entry->d_name);
	}
	if (d)
		closedir(d);
	if (ret->count)
		qsort(ret->names, ret->count, SPOOL_NAME_MAX, by_name);
	return rc;
}

struct reading {
	struct inbox *in;
	struct inbox_list *list;
	struct segment_info *info;
	size_t of_each; /* files of a sensor that are looked at */
	uint64_t *quarantined;
};

/* One that is gone or cannot be read now is left for the next time. */
static int take_name(struct reading *r, const char *sensor, const char *name, struct err *e)
{
	struct inbox_file *file = &r->list->files[r->list->count];
	struct err why = {0};

	*file = (struct inbox_file){0};
	if (!spool_name_parse(name, &file->name))
		return 0;
	int rc = read_one(r->in, sensor, file, r->info, &why);
	if (rc == -EBADMSG) {
		++*r->quarantined;
		return inbox_quarantine(r->in, sensor, name, why.text, e);
	}
	if (rc == -ENOMEM)
		return err_set(e, ENOMEM, "%s", why.text);
	r->list->count += rc == 0;
	return 0;
}

static int read_sensor(struct reading *r, const struct plant *plant, const char *sensor, struct err *e)
{
	char folder[PATH_MAX];
	struct names names;

	snprintf(folder, sizeof(folder), "%s/inbox/%s", r->in->folder, sensor);
	int rc = list_names(folder, &names, e);
	if (plant_named(plant, sensor) < 0)
		r->list->not_configured += names.count;
	else
		for (size_t i = 0; rc == 0 && i < names.count; i++) {
			if (i >= r->of_each || r->list->count == FILES_MAX)
				r->list->not_looked_at++;
			else
				rc = take_name(r, sensor, names.names[i], e);
		}
	free(names.names);
	return rc;
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int inbox_read(struct inbox *in, const struct plant *plant, struct inbox_list *ret, uint64_t *quarantined, struct err *e)
{
	char folder[PATH_MAX];
	struct dirent **sensors = NULL;
	struct reading r = {.in = in, .list = ret, .quarantined = quarantined};
	int rc = 0;

	*ret = (struct inbox_list){.files = calloc(FILES_MAX + 1, sizeof(*ret->files))};
	r.info = malloc(sizeof(*r.info));
	snprintf(folder, sizeof(folder), "%s/inbox", in->folder);
	int count = scandir(folder, &sensors, no_dots, alphasort);
	if (!ret->files || !r.info)
		rc = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	else if (count < 0)
		rc = err_set(e, errno, TR("cannot read %s: %m", "%s を読めません: %m"), folder);
	r.of_each = count > FILES_MAX / FILES_LEAST ? FILES_LEAST : FILES_MAX / (size_t)(count > 0 ? count : 1);
	for (int i = 0; i < count; i++) {
		if (rc == 0)
			rc = read_sensor(&r, plant, sensors[i]->d_name, e);
		free(sensors[i]);
	}
	free(sensors);
	free(r.info);
	return rc;
}

void inbox_list_done(struct inbox_list *list)
{
	free(list->files);
	*list = (struct inbox_list){0};
}
