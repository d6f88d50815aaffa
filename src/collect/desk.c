#include "collect/desk.h"

#include "base/text.h"
#include "collect/files.h"
#include "collect/quarantine.h"
#include "ship/wire.h"

#include <errno.h>
#include <string.h>

enum {
	DAY_S = 86400,
	/* What a file takes on a disk at least, so that many small ones cannot fill it unseen. */
	FILE_BYTES = 4096,
};

const char *collect_verdict_name(enum collect_verdict verdict)
{
	static const char *const names[] = {
#define X(name, status) #name,
		COLLECT_VERDICTS(X)
#undef X
	};

	return names[verdict];
}

enum collect_verdict collect_verdict_of(unsigned int status)
{
	static const unsigned int statuses[] = {
#define X(name, status) status,
		COLLECT_VERDICTS(X)
#undef X
	};
	size_t i = 0;

	while (i < VERDICT_other && statuses[i] != status)
		i++;
	return (enum collect_verdict)i;
}

/* --- the list --- */

static void desk_free(struct desk *d)
{
	int fds[] = {d->inbox_fd, d->known_fd, d->quarantine_fd};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

void desks_init(struct desks *all, const struct desk_folders *folders)
{
	*all = (struct desks){.folders = *folders};
	pthread_mutex_init(&all->lock, NULL);
}

void desks_done(struct desks *all)
{
	struct desk *next;

	for (struct desk *d = all->first; d; d = next) {
		next = d->next;
		desk_free(d);
	}
	pthread_mutex_destroy(&all->lock);
	all->first = NULL;
}

/* What was taken before this start. */
static int recall(struct desk *d, struct err *e)
{
	int rc = taken_newest(d->known_fd, d->epoch, &d->taken_s, e);

	d->has_epoch = rc > 0;
	if (rc > 0)
		rc = taken_sum_read(d->known_fd, d->epoch, &d->sum, e);
	return rc < 0 ? rc : quarantine_measure(d->quarantine_fd, &d->quarantine_bytes, e);
}

static int open_folders(struct desk *d, const struct desk_folders *folders, struct err *e)
{
	const struct {
		int *fd, parent_fd;
	} each[] = {{&d->inbox_fd, folders->inbox_fd}, {&d->known_fd, folders->known_fd},
		{&d->quarantine_fd, folders->quarantine_fd}};

	for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
		*each[i].fd = files_folder(each[i].parent_fd, d->sensor, e);
		if (*each[i].fd < 0)
			return *each[i].fd;
	}
	return recall(d, e);
}

static int desk_new(const struct desk_folders *folders, const char *sensor, struct desk **ret, struct err *e)
{
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	pthread_mutex_init(&d->lock, NULL);
	d->inbox_fd = d->known_fd = d->quarantine_fd = -1;
	snprintf(d->sensor, sizeof(d->sensor), "%s", sensor);
	int rc = open_folders(d, folders, e);
	if (rc < 0)
		desk_free(d);
	else
		*ret = d;
	return rc;
}

int desks_get(struct desks *all, const char *sensor, struct desk **ret, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&all->lock);
	struct desk *d = all->first;
	while (d && strcmp(d->sensor, sensor) != 0)
		d = d->next;
	if (!d) {
		rc = desk_new(&all->folders, sensor, &d, e);
		if (rc == 0) {
			d->next = all->first;
			all->first = d;
		}
	}
	pthread_mutex_unlock(&all->lock);
	*ret = rc < 0 ? NULL : d;
	return rc;
}

struct desk *desks_first(struct desks *all)
{
	pthread_mutex_lock(&all->lock);
	struct desk *first = all->first;
	pthread_mutex_unlock(&all->lock);
	return first;
}

/* --- one --- */

int desk_admit(struct desk *d, int64_t now_s, uint64_t daily_bytes, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&d->lock);
	if (d->day != now_s / DAY_S) {
		d->day = now_s / DAY_S;
		d->bytes = 0;
	}
	if (d->uploads >= DESK_UPLOADS_MAX)
		rc = err_set(e, EBUSY, TR("%d segments of this sensor are being taken", "このセンサーのセグメントを %d 個受信中です"),
			DESK_UPLOADS_MAX);
	else if (d->bytes >= daily_bytes)
		rc = err_set(e, EDQUOT, TR("this sensor has sent what it may in a day", "このセンサーの一日の上限に達しました"));
	else
		d->uploads++;
	pthread_mutex_unlock(&d->lock);
	return rc;
}

void desk_dismiss(struct desk *d, uint64_t bytes)
{
	pthread_mutex_lock(&d->lock);
	d->uploads--;
	d->bytes += bytes > FILE_BYTES ? bytes : FILE_BYTES;
	pthread_mutex_unlock(&d->lock);
}

/* Some of its segments may have been taken before; it is only for showing, so a sum that cannot be read begins anew. */
static void turn_to_epoch(struct desk *d, const uint8_t epoch[SEGMENT_EPOCH])
{
	struct err unused = {""};

	d->has_epoch = true;
	memcpy(d->epoch, epoch, SEGMENT_EPOCH);
	if (taken_sum_read(d->known_fd, epoch, &d->sum, &unused) < 0)
		d->sum = (struct taken_sum){0};
}

/* Segments of an older epoch may come later: live ones go first after an outage. */
void desk_note(struct desk *d, const struct spool_name *name, const struct judged *j, int64_t now_s)
{
	bool same = d->has_epoch && memcmp(d->epoch, name->epoch, SEGMENT_EPOCH) == 0;

	d->taken_s = now_s;
	if (same)
		taken_sum_add(&d->sum, name->sequence, &j->record);
	else if (!d->has_epoch || j->clock_ns > d->clock_ns)
		turn_to_epoch(d, name->epoch);
	if (j->clock_ns > d->clock_ns)
		d->clock_ns = j->clock_ns;
}

void desk_count(struct desk *d, enum collect_verdict verdict)
{
	pthread_mutex_lock(&d->lock);
	d->counts[verdict]++;
	pthread_mutex_unlock(&d->lock);
}
