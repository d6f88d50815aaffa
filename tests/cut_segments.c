/* A capture as the segments that a sensor would have sent, in a collector's inbox:
 *     cut_segments CAPTURE FOLDER SENSOR EPOCH_DIGIT SECONDS [skip=N] [level=headers|counters:SEQUENCE] [lost=N] [open] [as=SENSOR]
 * Each of SECONDS; the last ends the epoch unless `open`. skip leaves out the segment of that number, level gives up part of
 * one, lost counts N packets lost in the ring in each, as names another sensor within. Prints how many there are. */
#include "capture/capture.h"
#include "ship/reduce.h"
#include "ship/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ROOM = 8 << 20, SKIPS = 64 };

struct cutter {
	const char *folder, *sensor, *as;
	uint8_t epoch[SEGMENT_EPOCH];
	int64_t length_ns, from_ns;
	uint64_t sequence, lost, skip[SKIPS], headers, counters, packets;
	size_t skips;
	bool open;
	struct segment_head head;
	struct blocks blocks;
	uint64_t bytes;
	uint8_t previous[SEGMENT_DIGEST];
};

static void die(const char *what)
{
	fprintf(stderr, "cut_segments: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void make_folder(const char *path)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		die(path);
}

static bool is_skipped(const struct cutter *c)
{
	for (size_t i = 0; i < c->skips; i++)
		if (c->skip[i] == c->sequence)
			return true;
	return false;
}

static void write_file(const struct cutter *c, enum spool_level level, const uint8_t *data, size_t len)
{
	struct spool_name name = {.sequence = c->sequence, .level = level};
	char path[PATH_MAX], text[SPOOL_NAME_MAX];

	memcpy(name.epoch, c->epoch, SEGMENT_EPOCH);
	snprintf(path, sizeof(path), "%s/inbox/%s/%s", c->folder, c->sensor, spool_name_print(&name, text));
	FILE *f = fopen(path, "we");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		die(path);
}

/* In the form that is wanted. */
static void put(struct cutter *c)
{
	AUTO(free) uint8_t *packed = NULL;
	AUTO(free) struct segment_info *info = malloc(sizeof(*info));
	uint8_t digest[SEGMENT_DIGEST];
	struct blocks smaller = {0};
	struct err e = {""};
	size_t len;
	bool to_headers = c->sequence == c->headers, to_counters = c->sequence == c->counters;

	if (!info || segment_pack(&c->blocks, &packed, &len, digest, &e) < 0)
		die(e.text);
	memcpy(c->previous, digest, SEGMENT_DIGEST);
	if (is_skipped(c))
		return;
	if (!to_headers && !to_counters) {
		write_file(c, SPOOL_WHOLE, packed, len);
		return;
	}
	if (segment_parse(c->blocks.data, c->blocks.len, info, &e) < 0 ||
		(to_headers ? reduce_bodies(c->blocks.data, c->blocks.len, info, digest, &smaller, &e)
			    : reduce_all(info, NULL, digest, GAP_SPOOL_FULL, &smaller, &e)) < 0)
		die(e.text);
	free(packed);
	if (segment_pack(&smaller, &packed, &len, digest, &e) < 0)
		die(e.text);
	write_file(c, to_headers ? SPOOL_HEADERS : SPOOL_COUNTERS, packed, len);
	free(smaller.data);
}

static void begin(struct cutter *c, int64_t from_ns, uint16_t link_type)
{
	c->head = (struct segment_head){.sequence = c->sequence, .clock = {.real_ns = from_ns, .monotonic_ns = from_ns}};
	snprintf(c->head.sensor, sizeof(c->head.sensor), "%s", c->as);
	memcpy(c->head.epoch, c->epoch, SEGMENT_EPOCH);
	memcpy(c->head.previous, c->previous, SEGMENT_DIGEST);
	c->head.counters[COUNTER_ring_dropped] = c->lost * c->sequence;
	c->blocks.len = 0;
	c->packets = c->bytes = 0;
	c->from_ns = from_ns;
	segment_begin(&c->blocks, &c->head, link_type, 0, "x");
}

static void end(struct cutter *c, bool is_last)
{
	struct segment_tail tail = {.packets = c->packets, .bytes = c->bytes, .heard = c->packets + c->lost, .lost = c->lost,
		.flags = is_last && !c->open ? SEGMENT_FINAL : 0,
		.clock = {.real_ns = c->from_ns + c->length_ns, .monotonic_ns = c->from_ns + c->length_ns}};

	tail.counters[COUNTER_ring_dropped] = c->lost * (c->sequence + 1);
	segment_end(&c->blocks, &c->head, &tail);
	if (c->blocks.full)
		die("a segment is too large");
	put(c);
	c->sequence++;
}

static void add(struct cutter *c, const struct frame *frame)
{
	if (c->from_ns == 0)
		begin(c, frame->ts_ns / 1000000000 * 1000000000, frame->link_type);
	while (frame->ts_ns >= c->from_ns + c->length_ns) {
		end(c, false);
		begin(c, c->from_ns + c->length_ns, frame->link_type);
	}
	if (!segment_add(&c->blocks, frame))
		die("a segment is too large");
	c->packets++;
	c->bytes += frame->cap_len;
}

static void cut(struct cutter *c, const char *path)
{
	AUTO(capture_close) struct capture *capture = NULL;
	AUTO(free) struct frame_batch *batch = malloc(sizeof(*batch));
	struct err e = {""};

	if (!batch || capture_open(path, 0, &capture, &e) < 0)
		die(e.text);
	while (capture_read(capture, batch, &e) > 0)
		for (size_t i = 0; i < batch->count; i++)
			add(c, &batch->frames[i]);
	if (c->from_ns)
		end(c, true);
}

static void take_option(struct cutter *c, const char *option)
{
	const char *value = strchr(option, '=');

	value = value ? value + 1 : "";
	if (strncmp(option, "skip=", 5) == 0 && c->skips < SKIPS)
		c->skip[c->skips++] = strtoull(value, NULL, 10);
	else if (strncmp(value, "headers:", 8) == 0)
		c->headers = strtoull(value + 8, NULL, 10);
	else if (strncmp(value, "counters:", 9) == 0)
		c->counters = strtoull(value + 9, NULL, 10);
	else if (strncmp(option, "lost=", 5) == 0)
		c->lost = strtoull(value, NULL, 10);
	else if (strncmp(option, "as=", 3) == 0)
		c->as = value;
	else
		c->open = strcmp(option, "open") == 0;
}

int main(int argc, char **argv)
{
	struct cutter c = {.headers = UINT64_MAX, .counters = UINT64_MAX, .blocks = {.size = ROOM}};
	char path[PATH_MAX];

	if (argc < 6)
		die("usage");
	c.folder = argv[2];
	c.sensor = c.as = argv[3];
	memset(c.epoch, 0x11 * (argv[4][0] - '0'), SEGMENT_EPOCH);
	c.length_ns = strtoll(argv[5], NULL, 10) * 1000000000;
	for (int i = 6; i < argc; i++)
		take_option(&c, argv[i]);
	c.blocks.data = malloc(c.blocks.size);
	if (!c.blocks.data || c.length_ns <= 0)
		die("usage");
	make_folder(c.folder);
	snprintf(path, sizeof(path), "%s/inbox", c.folder);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/inbox/%s", c.folder, c.sensor);
	make_folder(path);
	cut(&c, argv[1]);
	printf("%llu\n", (unsigned long long)c.sequence);
	free(c.blocks.data);
	return 0;
}
