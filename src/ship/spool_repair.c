/* After a crash: what is whole is sealed, what is not is set aside with the reason. */
#include "base/text.h"
#include "ship/spool_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

struct repair {
	struct spool *s;
	struct spool_found *found;
	struct segment_info info;
};

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(name + len - suffix_len, suffix) == 0;
}

/* With room for an end behind it. */
static int read_journal(int fd, size_t size, struct blocks *ret)
{
	*ret = (struct blocks){.data = malloc(size + SEGMENT_END_MAX), .size = size + SEGMENT_END_MAX};
	if (!ret->data)
		return -ENOMEM;
	ssize_t n = read(fd, ret->data, size);
	if (n < 0)
		return -errno;
	ret->len = (size_t)n;
	return 0;
}

/* What the ring had at the last counts and nobody took from it before the crash. Both are sums since the epoch began. */
static uint64_t left_in_ring(const struct segment_info *info)
{
	const uint64_t *counters = info->tail.counters;
	const uint64_t taken = info->head.counters[COUNTER_packets] + info->packets;
	const uint64_t arrived = counters[COUNTER_ring_heard] - counters[COUNTER_ring_dropped];

	return arrived > taken ? arrived - taken : 0;
}

/* What the last checkpoint and the packets behind it say. */
static void end_repaired(struct blocks *b, struct segment_info *info)
{
	struct segment_tail *tail = &info->tail;

	b->len = info->whole;
	if (tail->clock.real_ns == 0) {
		tail->clock = info->head.clock;
		memcpy(tail->counters, info->head.counters, sizeof(tail->counters));
	}
	if (info->last_ns > tail->clock.real_ns)
		tail->clock.real_ns = info->last_ns;
	tail->packets = info->packets;
	tail->bytes = info->bytes;
	tail->lost += left_in_ring(info);
	tail->heard = tail->packets + tail->lost > tail->heard ? tail->packets + tail->lost : tail->heard;
	tail->flags |= SEGMENT_REPAIRED;
	segment_end(b, &info->head, tail);
}

static bool is_sealed(const struct spool *s, const struct spool_name *name)
{
	struct spool_name any = *name;
	char text[SPOOL_NAME_MAX];

	for (int level = SPOOL_WHOLE; level <= SPOOL_COUNTERS; level++) {
		any.level = (enum spool_level)level;
		if (faccessat(s->out_fd, spool_name_print(&any, text), F_OK, 0) == 0)
			return true;
	}
	return false;
}

static int seal(struct repair *r, struct blocks *b, struct err *e)
{
	struct spool_name name = {.sequence = r->info.head.sequence};
	uint8_t digest[SEGMENT_DIGEST];
	char text[SPOOL_NAME_MAX];

	memcpy(name.epoch, r->info.head.epoch, SEGMENT_EPOCH);
	if (is_sealed(r->s, &name))
		return 0;
	end_repaired(b, &r->info);
	r->found->repaired++;
	return spool_put(r->s, spool_name_print(&name, text), b, 0, digest, e);
}

static int set_aside(struct repair *r, const char *name, const struct err *why, struct err *e)
{
	struct spool *s = r->s;

	if (renameat(s->tmp_fd, name, s->rejected_fd, name) < 0)
		return spool_failed(s, name, e);
	spool_give_reason(s, name, why->text);
	r->found->set_aside++;
	return 0;
}

/* Removed only when what it holds lies somewhere else. */
static int repair_journal(struct repair *r, const char *name, struct err *e)
{
	struct spool *s = r->s;
	struct blocks b = {0};
	struct err why = {""};
	struct stat st;
	AUTO(close) int fd = openat(s->tmp_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st) < 0)
		return spool_failed(s, name, e);
	if (!S_ISREG(st.st_mode) || st.st_size > SEGMENT_RAW_MAX)
		err_set(&why, EBADMSG, TR("no journal", "ジャーナルではありません"));
	else if (read_journal(fd, (size_t)st.st_size, &b) < 0)
		return spool_failed(s, name, e);
	else
		(void)!segment_parse_torn(b.data, b.len, &r->info, &why);
	int rc = st.st_size == 0 ? 0 : why.text[0] ? set_aside(r, name, &why, e) : seal(r, &b, e);
	free(b.data);
	if (rc == 0 && unlinkat(s->tmp_fd, name, 0) < 0 && errno != ENOENT)
		return spool_failed(s, name, e);
	return rc;
}

static int repair_one(void *context, const char *name, struct err *e)
{
	struct repair *r = context;

	if (strncmp(name, "new-", 4) == 0)
		return unlinkat(r->s->tmp_fd, name, 0) < 0 ? spool_failed(r->s, name, e) : 0;
	return ends_with(name, JOURNAL_SUFFIX) ? repair_journal(r, name, e) : 0;
}

/* A crash between the two steps of giving up leaves both files: what has less goes. */
static int drop_twin(void *context, const char *name, struct err *e)
{
	struct repair *r = context;
	struct spool_name twin;
	char text[SPOOL_NAME_MAX];

	if (!spool_name_parse(name, &twin))
		return 0;
	while (twin.level > SPOOL_WHOLE) {
		twin.level--;
		if (faccessat(r->s->out_fd, spool_name_print(&twin, text), F_OK, 0) < 0)
			continue;
		return unlinkat(r->s->out_fd, name, 0) < 0 ? spool_failed(r->s, name, e) : 0;
	}
	return 0;
}

/* And so it does when counters were taken into the segment behind: that one speaks for it. */
static int drop_joined(void *context, const char *name, struct err *e)
{
	struct repair *r = context;
	AUTO(free) uint8_t *raw = NULL;
	uint8_t digest[SEGMENT_DIGEST];
	struct spool_name joined;
	char text[SPOOL_NAME_MAX];
	struct err unreadable = {""};
	size_t len;

	if (!spool_name_parse(name, &joined) || joined.level != SPOOL_COUNTERS || joined.sequence == 0 ||
		spool_get(r->s, name, &r->info, &raw, &len, digest, &unreadable) < 0)
		return 0;
	const struct segment_tail *tail = &r->info.tail;
	if (tail->gap_count == 0 || tail->gaps[tail->gap_count - 1].first >= joined.sequence)
		return 0;
	joined.sequence--;
	if (unlinkat(r->s->out_fd, spool_name_print(&joined, text), 0) < 0 && errno != ENOENT)
		return spool_failed(r->s, text, e);
	return 0;
}

int spool_repair(struct spool *s, struct spool_found *ret, struct err *e)
{
	AUTO(free) struct repair *r = calloc(1, sizeof(*r));

	*ret = (struct spool_found){0};
	if (!r)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	r->s = s;
	r->found = ret;
	int rc = spool_each(s->tmp_fd, repair_one, r, e);
	if (rc == 0)
		rc = spool_each(s->out_fd, drop_twin, r, e);
	return rc < 0 ? rc : spool_each(s->out_fd, drop_joined, r, e);
}
