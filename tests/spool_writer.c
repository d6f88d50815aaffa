/* spool_writer FOLDER SEGMENTS [PACKETS]: opens the spool there, repairs what a crash left, then seals so many segments of one
 * new epoch, of so many packets of 1 KiB that do not compress. Says what it was promised, as soon as it was:
 *   repaired N set_aside N
 *   synced SEQUENCE PACKETS     the journal, with so many packets in it
 *   sealed NAME SHA256 PACKETS
 *   full SEQUENCE PACKETS       there was no room
 *   given_up PACKETS            of segments that were sealed, at the end */
#include "ship/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { FRAME = 1024, JOURNAL_EVERY = 16, ROOM = 4 << 20 };

struct writer {
	struct spool *spool;
	struct blocks raw;
	struct segment_head head;
	struct spool_name name;
	size_t journaled;
};

static int journal(struct writer *w, uint64_t packets, struct err *e)
{
	int rc = spool_journal(w->spool, &w->name, w->raw.data, w->journaled, w->raw.len, true, e);

	w->journaled = w->raw.len;
	if (rc == 0)
		printf("synced %" PRIu64 " %" PRIu64 "\n", w->head.sequence, packets);
	return rc == -ENOSPC ? 0 : rc;
}

static int fill(struct writer *w, uint64_t packets, struct err *e)
{
	uint8_t bytes[FRAME];
	struct frame frame = {.data = bytes, .cap_len = FRAME, .wire_len = FRAME};
	int rc = 0;

	for (uint64_t i = 1; rc == 0 && i <= packets; i++) {
		struct err full = {""};

		if (getrandom(bytes, sizeof(bytes), 0) != FRAME)
			return err_set(e, errno, "getrandom: %m");
		frame.ts_ns = w->head.clock.real_ns + (int64_t)i;
		if (!segment_add(&w->raw, &frame))
			return err_set(e, E2BIG, "too many packets for a segment");
		if (i % JOURNAL_EVERY == 0)
			rc = journal(w, i, &full);
		if (rc < 0)
			*e = full;
	}
	return rc;
}

static int write_segment(struct writer *w, uint64_t packets, struct err *e)
{
	struct segment_tail tail = {.packets = packets, .bytes = packets * FRAME, .heard = packets, .clock = w->head.clock};
	uint8_t digest[SEGMENT_DIGEST];
	char text[SEGMENT_DIGEST_TEXT], name[SPOOL_NAME_MAX];
	struct err failed = {""};

	w->journaled = 0;
	w->name = (struct spool_name){.sequence = w->head.sequence};
	memcpy(w->name.epoch, w->head.epoch, SEGMENT_EPOCH);
	segment_begin(&w->raw, &w->head, LINK_ETHERNET, 0, "t1");
	int rc = fill(w, packets, e);
	if (rc < 0)
		return rc;
	segment_end(&w->raw, &w->head, &tail);
	rc = spool_seal(w->spool, &w->name, &w->raw, digest, &failed);
	if (rc == 0)
		printf("sealed %s %s %" PRIu64 "\n", spool_name_print(&w->name, name),
			segment_hex(digest, sizeof(digest), text), packets);
	else if (rc == -ENOSPC)
		printf("full %" PRIu64 " %" PRIu64 "\n", w->head.sequence, packets);
	else
		*e = failed;
	return rc == -ENOSPC ? 0 : rc;
}

static int write_all(struct writer *w, const char *folder, uint64_t segments, uint64_t packets, struct err *e)
{
	const struct spool_options options = {.folder = folder, .bytes_max = UINT64_MAX};
	struct spool_found found;
	struct spool_use use;
	int rc = spool_open(&options, &w->spool, &found, e);

	if (rc < 0)
		return rc;
	printf("repaired %" PRIu64 " set_aside %" PRIu64 "\n", found.repaired, found.set_aside);
	for (; rc == 0 && w->head.sequence < segments; w->head.sequence++) {
		w->head.clock.real_ns = (int64_t)time(NULL) * 1000000000;
		rc = write_segment(w, packets, e);
	}
	if (rc == 0)
		rc = spool_count(w->spool, &use, e);
	if (rc == 0)
		printf("given_up %" PRIu64 "\n", use.given_up_packets);
	return rc;
}

int main(int argc, char **argv)
{
	static uint8_t room[ROOM];
	struct writer w = {.raw = {.data = room, .size = sizeof(room)}, .head = {.sensor = "tokyo-1"}};
	struct err e = {""};

	if (argc < 3 || getrandom(w.head.epoch, SEGMENT_EPOCH, 0) != SEGMENT_EPOCH) {
		fprintf(stderr, "usage: spool_writer FOLDER SEGMENTS [PACKETS]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0); /* what was promised is known, whatever happens next */
	int rc = write_all(&w, argv[1], strtoull(argv[2], NULL, 10), argc > 3 ? strtoull(argv[3], NULL, 10) : 0, &e);
	if (rc < 0)
		fprintf(stderr, "spool_writer: %s\n", e.text);
	spool_close(w.spool);
	return rc < 0;
}
