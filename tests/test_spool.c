/* The spool: nothing that was sealed is lost, nothing torn is taken, and it stays within its bounds. */
#include "ship/spool.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "ship/reduce.h"

static char folder[] = "/tmp/teiten-spool-XXXXXX";
static struct segment_info info;

static void make_folder(void)
{
	cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
	static const char *const below[] = {"out", "tmp", "rejected", "."};
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, below[i]);
		DIR *d = opendir(path);
		for (struct dirent *entry; d && (entry = readdir(d));) {
			snprintf(path, sizeof(path), "%s/%s/%s", folder, below[i], entry->d_name);
			if (unlink(path) < 0)
				continue;
		}
		if (d)
			closedir(d);
		snprintf(path, sizeof(path), "%s/%s", folder, below[i]);
		rmdir(path);
	}
	rmdir(folder);
}

TestSuite(spool, .init = make_folder, .fini = remove_folder);

static struct spool *open_spool(uint64_t bytes_max, struct spool_found *found)
{
	const struct spool_options options = {.folder = folder, .bytes_max = bytes_max, .age_max_s = 86400};
	struct spool *s = NULL;
	struct err e = {""};

	cr_assert_eq(spool_open(&options, &s, found, &e), 0, "%s", e.text);
	return s;
}

static struct segment_head head_of(uint64_t sequence)
{
	return (struct segment_head){.sensor = "tokyo-1", .epoch = {1, 2, 3}, .sequence = sequence,
		.clock = {.real_ns = (int64_t)(1000 + sequence) * 1000000000}};
}

static struct spool_name name_of(uint64_t sequence)
{
	return (struct spool_name){.epoch = {1, 2, 3}, .sequence = sequence};
}

/* count UDP packets with a payload that does not compress. */
static struct blocks begin_segment(uint64_t sequence, uint64_t count)
{
	struct blocks b = {.data = malloc(1 << 20), .size = 1 << 20};
	struct segment_head head = head_of(sequence);
	uint8_t bytes[600];
	uint32_t random = (uint32_t)sequence + 1;

	segment_begin(&b, &head, LINK_RAW, 0, "x");
	for (uint64_t i = 0; i < count; i++) {
		static const uint8_t header[28] = {0x45, 0, 0x02, 0x58, 0, 0, 0, 0, 64, 17, 0, 0,
			203, 0, 113, 1, 198, 51, 100, 1, 1, 1, 0, 53, 0x02, 0x44, 0, 0};

		memcpy(bytes, header, sizeof(header));
		for (size_t at = sizeof(header); at < sizeof(bytes); at++)
			bytes[at] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
		struct frame frame = {.ts_ns = head.clock.real_ns + (int64_t)i, .data = bytes,
			.cap_len = sizeof(bytes), .wire_len = sizeof(bytes), .link_type = LINK_RAW};
		cr_assert(segment_add(&b, &frame));
	}
	return b;
}

static void seal(struct spool *s, uint64_t sequence, uint64_t count)
{
	struct blocks b = begin_segment(sequence, count);
	struct segment_head head = head_of(sequence);
	struct segment_tail tail = {.packets = count, .bytes = count * 600, .heard = count + 1, .lost = 1,
		.clock = {.real_ns = head.clock.real_ns + 999}};
	struct spool_name name = name_of(sequence);
	uint8_t digest[SEGMENT_DIGEST];
	struct err e = {""};

	segment_end(&b, &head, &tail);
	cr_assert_eq(spool_seal(s, &name, &b, digest, &e), 0, "%s", e.text);
	free(b.data);
}

struct sum {
	uint64_t files, levels[3], packets, heard, lost, given_up, gap_packets, bodies_cut;
};

static struct sum sum_spool(void)
{
	char path[PATH_MAX];
	struct sum sum = {0};
	struct spool_name name;

	snprintf(path, sizeof(path), "%s/out", folder);
	DIR *d = opendir(path);
	for (struct dirent *entry; (entry = readdir(d));) {
		struct err e = {""};

		if (!spool_name_parse(entry->d_name, &name))
			continue;
		snprintf(path, sizeof(path), "%s/out/%s", folder, entry->d_name);
		cr_assert_eq(segment_read(path, &info, NULL, NULL, &e), 0, "%s", e.text);
		sum.files++;
		sum.levels[name.level]++;
		sum.packets += info.packets;
		sum.heard += info.tail.heard;
		sum.lost += info.tail.lost;
		sum.given_up += info.tail.given_up;
		sum.bodies_cut += info.tail.bodies_cut;
		for (size_t i = 0; i < info.tail.gap_count; i++)
			sum.gap_packets += info.tail.gaps[i].packets;
	}
	closedir(d);
	return sum;
}

Test(spool, gives_up_payloads_first_then_packets_and_never_counters)
{
	struct spool_found found;
	struct spool *s = open_spool(300000, &found);
	struct err e = {""};
	struct spool_use use;

	for (uint64_t i = 0; i < 20; i++)
		seal(s, i, 100);
	cr_assert_eq(spool_make_room(s, 2000, &e), 0, "%s", e.text);
	struct sum sum = sum_spool();
	cr_assert(sum.levels[SPOOL_HEADERS] > 0 && sum.levels[SPOOL_COUNTERS] == 0);
	cr_assert(sum.packets == 2000 && sum.given_up == 0);
	cr_assert_eq(sum.bodies_cut, sum.levels[SPOOL_HEADERS] * 100);
	for (uint64_t i = 20; i < 200; i++) {
		seal(s, i, 100);
		cr_assert_eq(spool_make_room(s, 2000, &e), 0, "%s", e.text);
	}
	cr_assert_eq(spool_count(s, &use, &e), 0);
	cr_assert_leq(use.bytes, 300000);
	sum = sum_spool();
	cr_assert(sum.given_up > 0);
	cr_assert_eq(sum.heard, 200 * 101, "heard %lu", sum.heard);
	cr_assert(sum.lost == 200 && sum.packets + sum.given_up + sum.lost == sum.heard);
	cr_assert_eq(sum.gap_packets, sum.given_up);
	cr_assert_eq(sum.levels[SPOOL_COUNTERS], 1, "neighbours are joined");
	spool_close(s);
}

Test(spool, gives_up_the_packets_of_what_is_too_old)
{
	struct spool_found found;
	struct spool *s = open_spool(1 << 30, &found);
	struct err e = {""};

	seal(s, 0, 10);
	seal(s, 1, 10);
	cr_assert_eq(spool_make_room(s, time(NULL) + 86000, &e), 0);
	cr_assert_eq(sum_spool().packets, 20);
	cr_assert_eq(spool_make_room(s, time(NULL) + 90000, &e), 0);
	struct sum sum = sum_spool();
	cr_assert(sum.packets == 0 && sum.given_up == 20 && sum.files == 1);
	spool_close(s);
}

Test(spool, seals_what_is_whole_of_a_journal_cut_anywhere)
{
	struct blocks b = begin_segment(5, 3);
	uint64_t sealed = 0, aside = 0;

	for (size_t len = 0; len <= b.len; len += 7) {
		struct spool_found found;
		struct spool *s = open_spool(1 << 30, &found);
		struct spool_name name = name_of(5);
		struct err e = {""};

		cr_assert_eq(spool_journal(s, &name, b.data, 0, len, true, &e), 0, "%s", e.text);
		spool_close(s);
		s = open_spool(1 << 30, &found);
		cr_assert_eq(found.repaired + found.set_aside, len > 0);
		sealed += found.repaired;
		aside += found.set_aside;
		if (found.repaired) {
			struct sum sum = sum_spool();

			cr_assert(sum.files == 1 && info.tail.flags == SEGMENT_REPAIRED);
			cr_assert(sum.packets == info.packets && sum.packets <= 3);
		}
		spool_close(s);
		remove_folder();
		cr_assert_eq(mkdir(folder, 0700), 0);
	}
	cr_assert(sealed > 200 && aside > 20);
	free(b.data);
}

Test(spool, counts_as_lost_what_the_ring_held_when_the_sensor_was_killed)
{
	struct spool_found found;
	struct spool *s = open_spool(1 << 30, &found);
	struct blocks b = begin_segment(5, 3);
	struct segment_tail checkpoint = {.clock = {.real_ns = head_of(5).clock.real_ns + 500}, .lost = 2,
		.counters = {[COUNTER_ring_heard] = 9, [COUNTER_ring_dropped] = 2}};
	struct spool_name name = name_of(5);
	struct err e = {""};

	cr_assert(segment_checkpoint(&b, &checkpoint));
	cr_assert_eq(spool_journal(s, &name, b.data, 0, b.len, false, &e), 0);
	spool_close(s);
	s = open_spool(1 << 30, &found);
	cr_assert_eq(found.repaired, 1);
	struct sum sum = sum_spool();
	cr_assert(sum.packets == 3 && sum.lost == 2 + 4 && sum.heard == 3 + 6);
	spool_close(s);
	free(b.data);
}

Test(spool, drops_a_journal_whose_segment_was_sealed)
{
	struct spool_found found;
	struct spool *s = open_spool(1 << 30, &found);
	struct blocks b = begin_segment(5, 3);
	struct spool_name name = name_of(5);
	struct err e = {""};

	seal(s, 5, 3);
	cr_assert_eq(spool_journal(s, &name, b.data, 0, b.len, false, &e), 0);
	spool_close(s);
	s = open_spool(1 << 30, &found);
	cr_assert_eq(found.repaired + found.set_aside, 0);
	cr_assert_eq(sum_spool().packets, 3);
	spool_close(s);
	free(b.data);
}

Test(spool, belongs_to_one_sensor_at_a_time)
{
	const struct spool_options options = {.folder = folder, .bytes_max = 1 << 20};
	struct spool_found found;
	struct spool *s = open_spool(1 << 20, &found), *second = NULL;
	struct err e = {""};

	cr_assert_eq(spool_open(&options, &second, &found, &e), -EBUSY);
	cr_assert(strstr(e.text, "spool.folder"));
	spool_close(s);
}

Test(spool, names_are_read_as_they_are_written)
{
	struct spool_name name = {.epoch = {0xab, [15] = 0x0f}, .sequence = 42, .level = SPOOL_HEADERS}, back;
	char text[SPOOL_NAME_MAX];

	spool_name_print(&name, text);
	cr_assert_str_eq(text, "ab00000000000000000000000000000f-00000000000000000042-headers.pcapng.zst");
	cr_assert(spool_name_parse(text, &back) && memcmp(name.epoch, back.epoch, SEGMENT_EPOCH) == 0);
	cr_assert(back.sequence == 42 && back.level == SPOOL_HEADERS);
	cr_assert(!spool_name_parse("ab-1.pcapng.zst", &back));
	text[0] = 'A';
	cr_assert(!spool_name_parse(text, &back));
	cr_assert(!spool_name_parse("ab00000000000000000000000000000f-99999999999999999999.pcapng.zst", &back));
}

Test(reduce, joins_gaps_that_follow_one_another)
{
	static struct segment_tail tail;
	const struct segment_gap gaps[] = {{1, 1, 10, 20, 5, 50, GAP_SPOOL_FULL},
		{2, 4, 15, 40, 5, 50, GAP_SPOOL_FULL}, {6, 6, 50, 60, 1, 1, GAP_SPOOL_FULL},
		{7, 7, 50, 60, 1, 1, GAP_DISK_FULL}};

	for (size_t i = 0; i < ARRAY_SIZE(gaps); i++)
		reduce_add_gap(&tail, &gaps[i]);
	cr_assert_eq(tail.gap_count, 3);
	cr_assert(tail.gaps[0].first == 1 && tail.gaps[0].last == 4 && tail.gaps[0].to_ns == 40);
	cr_assert_eq(tail.gaps[0].packets, 10);
}
