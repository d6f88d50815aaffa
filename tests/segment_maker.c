/* segment_maker FOLDER SENSOR EPOCH_DIGIT FIRST COUNT [BYTES [AHEAD_S]]: writes COUNT segments of one epoch as a sensor seals
 * them, with about BYTES of packets that do not compress each, and clocks that are AHEAD_S ahead. Prints EPOCH SEQUENCE SHA256 FILE
 * for each. The same arguments but the clock give the same packets. */
#include "ship/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

enum { FRAME = 1024, ROOM = 40 << 20 };

static uint64_t random_state;

static uint64_t next_random(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return random_state ^ random_state >> 29;
}

static void add_packets(struct blocks *out, uint64_t bytes, int64_t from_ns, struct segment_tail *tail)
{
	uint64_t words[FRAME / 8];

	for (uint64_t done = 0; done < bytes; done += FRAME) {
		struct frame frame = {.data = (const uint8_t *)words, .cap_len = FRAME, .wire_len = FRAME,
			.ts_ns = from_ns + (int64_t)done};

		for (size_t i = 0; i < FRAME / 8; i++)
			words[i] = next_random();
		tail->packets += segment_add(out, &frame);
	}
	tail->bytes = tail->packets * FRAME;
	tail->heard = tail->packets;
}

static int write_file(const char *folder, const struct segment_head *head, const struct blocks *raw)
{
	struct spool_name name = {.sequence = head->sequence, .level = SPOOL_WHOLE};
	uint8_t digest[SEGMENT_DIGEST], *packed = NULL;
	char path[4096], file[SPOOL_NAME_MAX], text[SEGMENT_DIGEST_TEXT], epoch[SEGMENT_EPOCH_TEXT];
	struct err e = {""};
	size_t len;

	memcpy(name.epoch, head->epoch, SEGMENT_EPOCH);
	snprintf(path, sizeof(path), "%s/%s", folder, spool_name_print(&name, file));
	int rc = segment_pack(raw, &packed, &len, digest, &e);
	AUTO(fclose) FILE *f = rc < 0 ? NULL : fopen(path, "wbe");
	if (!f || fwrite(packed, 1, len, f) != len)
		rc = -EIO;
	free(packed);
	printf("%s %" PRIu64 " %s %s\n", segment_hex(head->epoch, SEGMENT_EPOCH, epoch), head->sequence,
		segment_hex(digest, SEGMENT_DIGEST, text), path);
	return rc;
}

static int make(const char *folder, const char *sensor, char digit, uint64_t sequence, uint64_t bytes, int64_t ahead_s)
{
	struct blocks raw = {.data = malloc(ROOM), .size = ROOM};
	struct segment_head head = {.sequence = sequence};
	struct segment_tail tail = {0};

	if (!raw.data)
		return -ENOMEM;
	snprintf(head.sensor, sizeof(head.sensor), "%s", sensor);
	memset(head.epoch, digit, SEGMENT_EPOCH);
	head.clock.real_ns = tail.clock.real_ns = (time(NULL) + ahead_s) * INT64_C(1000000000);
	random_state = sequence + (uint64_t)digit;
	segment_begin(&raw, &head, LINK_ETHERNET, FRAME, "test0");
	add_packets(&raw, bytes, head.clock.real_ns, &tail);
	segment_end(&raw, &head, &tail);
	int rc = raw.full ? -ENOSPC : write_file(folder, &head, &raw);
	free(raw.data);
	return rc;
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	uint64_t first = strtoull(argv[4], NULL, 10), count = strtoull(argv[5], NULL, 10);
	uint64_t bytes = argc > 6 ? strtoull(argv[6], NULL, 10) : FRAME;
	int64_t ahead_s = argc > 7 ? strtoll(argv[7], NULL, 10) : 0;

	for (uint64_t i = first; i < first + count; i++)
		if (make(argv[1], argv[2], argv[3][0], i, bytes, ahead_s) < 0)
			return 1;
	return 0;
}
