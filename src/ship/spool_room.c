/* Giving up: payloads of the oldest segments first, then packets, oldest first; counters stay. */
#include "base/text.h"
#include "ship/reduce.h"
#include "ship/spool_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* The oldest files are found in rounds of so many, so that a spool of any size needs little memory. */
enum { ROUND = 1024, HELD = 2 * ROUND };

/* The oldest so far, of one level. */
struct oldest {
	const struct spool *s;
	enum spool_level level;
	int64_t older_than_s; /* INT64_MIN: of any age */
	size_t count;
	struct spool_file held[HELD];
};

static void keep_oldest(struct oldest *oldest)
{
	qsort(oldest->held, oldest->count, sizeof(*oldest->held), spool_file_compare);
	if (oldest->count > ROUND)
		oldest->count = ROUND;
}

static int look_at(void *context, const char *name, struct err *e)
{
	struct oldest *oldest = context;
	struct spool_file old;
	struct stat st;

	if (!spool_name_parse(name, &old.name) || old.name.level != oldest->level ||
		fstatat(oldest->s->out_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		(oldest->older_than_s != INT64_MIN && st.st_mtime >= oldest->older_than_s))
		return 0;
	old.sealed_s = st.st_mtime;
	old.bytes = (uint64_t)st.st_blocks * 512;
	oldest->held[oldest->count++] = old;
	if (oldest->count == HELD)
		keep_oldest(oldest);
	return 0;
}

static void forget(struct spool *s, const struct spool_name *name)
{
	char text[SPOOL_NAME_MAX];
	struct stat st;

	spool_name_print(name, text);
	if (fstatat(s->out_fd, text, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	uint64_t bytes = (uint64_t)st.st_blocks * 512;
	unlinkat(s->out_fd, text, 0);
	s->out_bytes -= bytes < s->out_bytes ? bytes : s->out_bytes;
}

/* What cannot be read as a segment any more must not stop the rest. */
static int set_aside(struct spool *s, const struct spool_name *name)
{
	char text[SPOOL_NAME_MAX];

	spool_name_print(name, text);
	if (renameat(s->out_fd, text, s->rejected_fd, text) < 0)
		return errno == ENOENT ? 0 : -errno;
	return 0;
}

static int put_reduced(struct spool *s, const struct spool_file *old, enum spool_level level,
	const struct blocks *raw, struct err *e)
{
	struct spool_name name = old->name;
	uint8_t digest[SEGMENT_DIGEST];
	char text[SPOOL_NAME_MAX];

	name.level = level;
	spool_name_print(&name, text);
	struct err full = {""};
	int r = spool_put(s, text, raw, old->sealed_s, digest, &full);
	/* on a full disk the packets must go before their counters find room */
	if (r != -ENOSPC || level != SPOOL_COUNTERS) {
		if (r == 0)
			forget(s, &old->name);
		else
			*e = full;
		return r;
	}
	forget(s, &old->name);
	return spool_put(s, text, raw, old->sealed_s, digest, e);
}

/* The segment before it, when nothing but its counters is left; false when not. */
static bool get_before(const struct spool *s, const struct spool_name *name, struct spool_name *ret_name,
	struct segment_info *ret)
{
	AUTO(free) uint8_t *raw = NULL;
	uint8_t digest[SEGMENT_DIGEST];
	char text[SPOOL_NAME_MAX];
	struct err unused = {""};
	size_t len;

	if (name->sequence == 0)
		return false;
	*ret_name = *name;
	ret_name->sequence--;
	ret_name->level = SPOOL_COUNTERS;
	spool_name_print(ret_name, text);
	return faccessat(s->out_fd, text, F_OK, 0) == 0 &&
	       spool_get(s, text, ret, &raw, &len, digest, &unused) == 0;
}

struct reducing {
	struct segment_info info, before;
};

static int empty(struct spool *s, const struct spool_file *old, struct reducing *r,
	const uint8_t digest[SEGMENT_DIGEST], enum segment_gap_reason reason, struct err *e)
{
	struct spool_name before;
	struct blocks out = {0};
	bool joins = get_before(s, &old->name, &before, &r->before);
	int rc = reduce_all(&r->info, joins ? &r->before : NULL, digest, reason, &out, e);

	if (rc == 0)
		rc = put_reduced(s, old, SPOOL_COUNTERS, &out, e);
	if (rc == 0 && joins)
		forget(s, &before);
	if (rc == 0)
		s->given_up_packets += r->info.packets;
	free(out.data);
	return rc;
}

static int cut(struct spool *s, const struct spool_file *old, struct reducing *r, const uint8_t *raw, size_t len,
	const uint8_t digest[SEGMENT_DIGEST], struct err *e)
{
	struct blocks out = {0};
	int rc = reduce_bodies(raw, len, &r->info, digest, &out, e);

	if (rc == 0)
		rc = put_reduced(s, old, SPOOL_HEADERS, &out, e);
	if (rc == 0)
		s->given_up_bodies += r->info.packets;
	free(out.data);
	return rc;
}

static int reduce(struct spool *s, const struct spool_file *old, bool to_counters,
	enum segment_gap_reason reason, struct err *e)
{
	AUTO(free) struct reducing *r = malloc(sizeof(*r));
	AUTO(free) uint8_t *raw = NULL;
	uint8_t digest[SEGMENT_DIGEST];
	char text[SPOOL_NAME_MAX];
	struct err unreadable = {""};
	size_t len;

	if (!r)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = spool_get(s, spool_name_print(&old->name, text), &r->info, &raw, &len, digest,
		&unreadable);
	if (rc == -ENOENT) /* it was sent in the meantime */
		return 0;
	if (rc < 0)
		return set_aside(s, &old->name);
	return to_counters ? empty(s, old, r, digest, reason, e)
			   : cut(s, old, r, raw, len, digest, e);
}

/* Reduces the oldest of a level until out/ is small enough; the number of those looked at. */
static int reduce_level(struct spool *s, struct oldest *oldest, uint64_t bytes_max, bool to_counters,
	enum segment_gap_reason reason, struct err *e)
{
	oldest->count = 0;
	int rc = spool_each(s->out_fd, look_at, oldest, e);

	keep_oldest(oldest);
	for (size_t i = 0; rc == 0 && i < oldest->count && s->out_bytes > bytes_max; i++)
		rc = reduce(s, &oldest->held[i], to_counters, reason, e);
	return rc < 0 ? rc : (int)oldest->count;
}

int spool_give_up(struct spool *s, uint64_t bytes_max, int64_t older_than_s,
	enum segment_gap_reason reason, struct err *e)
{
	/* what is too old loses its packets at once */
	const bool aged = older_than_s != INT64_MIN;
	const struct step {
		enum spool_level level;
		bool to_counters;
	} steps[] = {{SPOOL_WHOLE, aged}, {SPOOL_HEADERS, true}};
	AUTO(free) struct oldest *oldest = malloc(sizeof(*oldest));
	const uint64_t max = aged ? 0 : bytes_max;
	struct spool_use use;

	if (!oldest)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = aged ? 0 : spool_count(s, &use, e);
	for (size_t i = 0; rc >= 0 && i < ARRAY_SIZE(steps); i++) {
		*oldest = (struct oldest){
			.s = s, .level = steps[i].level, .older_than_s = older_than_s};
		do
			rc = s->out_bytes > max
				     ? reduce_level(s, oldest, max, steps[i].to_counters, reason, e)
				     : 0;
		while (rc > 0);
	}
	return rc;
}
