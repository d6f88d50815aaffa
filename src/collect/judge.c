#include "collect/judge.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int check_names(const struct segment_head *head, const char *sensor, const struct spool_name *name, struct err *e)
{
	if (strcmp(head->sensor, sensor) != 0)
		return err_set(e, EBADMSG,
			TR("it is a segment of the sensor \"%s\", sent by \"%s\"", "センサー「%s」のセグメントを「%s」が送りました"),
			head->sensor, sensor);
	if (memcmp(head->epoch, name->epoch, SEGMENT_EPOCH) != 0 || head->sequence != name->sequence)
		return err_set(e, EBADMSG,
			TR("epoch or sequence (%" PRIu64 ") is not that of the path (%" PRIu64 ")",
				"エポックまたは通番（%" PRIu64 "）がパス（%" PRIu64 "）と違います"),
			head->sequence, name->sequence);
	return 0;
}

/* A gap names segments of this epoch up to this one: no more of them can be missing. */
static void add_gap(struct taken *t, const struct segment_gap *gap, uint64_t sequence)
{
	if (gap->first > gap->last || gap->last > sequence)
		return;
	uint64_t segments = gap->last - gap->first + (gap->last < sequence);
	if (segments <= TAKEN_SEQUENCE_MAX - t->given_up)
		t->given_up += (uint32_t)segments;
	if (__builtin_add_overflow(t->lost, gap->packets, &t->lost))
		t->lost = UINT64_MAX;
}

static void fill(const struct segment_info *info, const struct spool_name *name, int64_t now_s, struct judged *ret)
{
	int64_t newest_ns = info->last_ns > info->head.clock.real_ns ? info->last_ns : info->head.clock.real_ns;

	ret->record.packets = info->packets;
	ret->record.lost = info->tail.lost;
	ret->record.given_up = 0;
	ret->record.level = name->level;
	for (size_t i = 0; i < info->tail.gap_count; i++)
		add_gap(&ret->record, &info->tail.gaps[i], name->sequence);
	ret->clock_ns = info->head.clock.real_ns;
	ret->ahead = newest_ns / 1000000000 > now_s + JUDGE_AHEAD_S;
}

int judge_segment(const void *packed, size_t len, const char *sensor, const struct spool_name *name, int64_t now_s,
	struct judged *ret, struct err *e)
{
	AUTO(free) uint8_t *raw = NULL;
	struct segment_info info;
	size_t raw_len = 0;
	int rc = segment_unpack(packed, len, &raw, &raw_len, e);

	if (rc == 0)
		rc = segment_parse(raw, raw_len, &info, e);
	if (rc == 0)
		rc = check_names(&info.head, sensor, name, e);
	if (rc == 0)
		fill(&info, name, now_s, ret);
	return rc;
}
