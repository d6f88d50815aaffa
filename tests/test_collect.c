/* A collector without its HTTP: who may send, what was taken, how a segment gets into the inbox. */
#include "collect/allow.h"
#include "collect/ca.h"
#include "collect/files.h"
#include "collect/heartbeat.h"
#include "collect/quarantine.h"
#include "collect/take.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define TIMES  " 2026-01-01T00:00:00Z 2027-01-01T00:00:00Z "

enum { SEGMENT_ROOM = 1 << 16, DURING_S = 1780000000, BEFORE_S = 1700000000, AFTER_S = 1900000000 };

static struct err e;
static char folder[] = "/tmp/test_collect.XXXXXX";
static struct desks desks;
static struct desk *desk;
static int folder_fd, tmp_fd;

static int sub(const char *name)
{
	int fd = files_folder(folder_fd, name, &e);

	cr_assert(fd >= 0, "%s", e.text);
	return fd;
}

static void setup(void)
{
	cr_assert(mkdtemp(folder));
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
	tmp_fd = sub("tmp");
	struct desk_folders folders = {sub("inbox"), sub("known"), sub("quarantine")};
	desks_init(&desks, &folders);
	cr_assert(desks_get(&desks, "tokyo-1", &desk, &e) == 0, "%s", e.text);
}

static void teardown(void)
{
	char command[128];

	desks_done(&desks);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	cr_assert(system(command) == 0);
}

TestSuite(collect, .init = setup, .fini = teardown);

/* --- who may send --- */

static enum allow_verdict judge(const char *line, int64_t now_s)
{
	AUTO(allow_done) struct allow a = {0};
	uint8_t digest[SEGMENT_DIGEST];

	cr_assert(allow_parse("allowed", line, strlen(line), &a, &e) == 0, "%s", e.text);
	cr_assert(segment_unhex(DIGEST, digest, SEGMENT_DIGEST));
	return allow_judge(allow_find(&a, digest), now_s);
}

Test(collect, a_listed_certificate_may_send_until_it_ends_or_is_revoked)
{
	cr_expect_eq(judge(DIGEST " tokyo-1" TIMES "-\n", DURING_S), ALLOW_YES);
	cr_expect_eq(judge(DIGEST " tokyo-1" TIMES "-", DURING_S), ALLOW_YES);
	cr_expect_eq(judge(DIGEST " tokyo-1" TIMES "-\n", AFTER_S), ALLOW_EXPIRED);
	cr_expect_eq(judge(DIGEST " tokyo-1" TIMES "2026-02-01T00:00:00Z\n", DURING_S), ALLOW_REVOKED);
	cr_expect_eq(judge("# nobody\n", DURING_S), ALLOW_UNKNOWN);
	cr_expect_eq(judge("", DURING_S), ALLOW_UNKNOWN);
}

Test(collect, a_line_that_is_not_as_it_was_written_makes_the_list_unusable)
{
	static const char *const lines[] = {"x", DIGEST " tokyo-1" TIMES, DIGEST " ../x" TIMES "-", DIGEST " .x" TIMES "-",
		DIGEST "0 tokyo-1" TIMES "-", DIGEST " tokyo-1" TIMES "- -", DIGEST " tokyo-1" TIMES "no",
		DIGEST " tokyo-1 now 2027-01-01T00:00:00Z -", DIGEST " a" TIMES "-\n" DIGEST " b" TIMES "-"};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		AUTO(allow_done) struct allow a = {0};

		e = (struct err){""};
		cr_expect_eq(allow_parse("allowed", lines[i], strlen(lines[i]), &a, &e) < 0, true, "%s", lines[i]);
		cr_expect(strncmp(e.text, "allowed line ", 13) == 0, "%s", e.text);
		cr_expect_eq(a.count, 0);
	}
}

Test(collect, many_certificates_are_found_and_printed_as_they_were_read)
{
	AUTO(allow_done) struct allow a = {0}, again = {0};
	AUTO(buf_done) struct buf first = {0}, second = {0};

	for (uint32_t i = 0; i < 1000; i++) {
		struct allow_entry entry = {.sensor = "tokyo-1", .since_s = BEFORE_S, .until_s = AFTER_S + i};

		for (size_t at = 0; at < 4; at++)
			entry.digest[at] = (uint8_t)(i * 2654435761u >> 8 * at);
		cr_assert(allow_add(&a, &entry, &e) == 0, "%s", e.text);
	}
	allow_print(&a, &first);
	cr_assert(allow_parse("allowed", first.data, first.len, &again, &e) == 0, "%s", e.text);
	allow_print(&again, &second);
	cr_expect_str_eq(buf_str(&first), buf_str(&second));
	for (size_t i = 0; i < a.count; i++)
		cr_expect_eq(allow_find(&again, a.entries[i].digest)->until_s, a.entries[i].until_s);
}

Test(collect, a_changed_list_holds_from_the_next_question_on)
{
	struct allow_live *live;
	struct allow_entry entry = {.sensor = "tokyo-1", .since_s = BEFORE_S, .until_s = AFTER_S}, asked;
	AUTO(allow_done) struct allow a = {0};
	enum allow_verdict verdict;

	cr_assert(allow_live_open(folder_fd, &live, &e) == 0);
	cr_assert(allow_live_ask(live, entry.digest, DURING_S, &verdict, &asked, &e) == 0 && verdict == ALLOW_UNKNOWN);
	cr_assert(allow_add(&a, &entry, &e) == 0 && allow_write(folder_fd, &a, &e) == 0);
	cr_assert(allow_live_ask(live, entry.digest, DURING_S, &verdict, &asked, &e) == 0);
	cr_expect_eq(verdict, ALLOW_YES);
	cr_expect_str_eq(asked.sensor, "tokyo-1");
	a.entries[0].revoked_s = DURING_S;
	cr_assert(allow_write(folder_fd, &a, &e) == 0);
	cr_assert(allow_live_ask(live, entry.digest, DURING_S, &verdict, &asked, &e) == 0);
	cr_expect_eq(verdict, ALLOW_REVOKED);
	cr_assert(files_replace(folder_fd, ALLOW_FILE, 0640, "damaged\n", 8, &e) == 0);
	cr_expect(allow_live_ask(live, entry.digest, DURING_S, &verdict, &asked, &e) < 0);
	cr_expect_eq(verdict, ALLOW_UNKNOWN);
	allow_live_close(live);
}

Test(collect, an_identity_is_of_its_sensor_and_its_digest_is_that_of_its_certificate)
{
	AUTO(buf_done) struct buf pem = {0};
	uint8_t digest[SEGMENT_DIGEST], shown[SEGMENT_DIGEST];
	int64_t until_s = 0;
	int identity_fd = sub("identity");

	cr_assert(ca_prepare(identity_fd, "collect.example.jp, 192.0.2.1", DURING_S, &e) == 0, "%s", e.text);
	cr_assert(ca_issue(identity_fd, "tokyo-1", DURING_S, AFTER_S, &pem, digest, &e) == 0, "%s", e.text);
	const char *certificate = strstr(pem.data, "-----BEGIN CERTIFICATE");
	cr_assert(certificate && ca_digest(certificate, strlen(certificate), shown, &e) == 0, "%s", e.text);
	cr_expect_arr_eq(digest, shown, SEGMENT_DIGEST);
	cr_assert(ca_server_until(identity_fd, &until_s, &e) == 0);
	cr_expect_eq(until_s, DURING_S + (int64_t)CA_DAYS * 86400);
	cr_expect(ca_digest("no certificate", 14, shown, &e) == -EBADMSG);
}

static uint64_t inode_of(int fd, const char *name)
{
	struct stat status;

	cr_assert(fstatat(fd, name, &status, 0) == 0);
	return status.st_ino;
}

Test(collect, the_servers_certificate_is_made_anew_only_for_other_names)
{
	int fd = sub("identity");

	cr_assert(ca_prepare(fd, "a.example,2001:db8::1", DURING_S, &e) == 0);
	uint64_t authority = inode_of(fd, CA_CERTIFICATE), server = inode_of(fd, CA_SERVER);
	cr_assert(ca_prepare(fd, "2001:db8::1 a.example", DURING_S, &e) == 0);
	cr_expect_eq(inode_of(fd, CA_SERVER), server);
	cr_assert(ca_prepare(fd, "b.example", DURING_S, &e) == 0);
	cr_expect_neq(inode_of(fd, CA_SERVER), server);
	cr_expect_eq(inode_of(fd, CA_CERTIFICATE), authority);
}

/* --- what was taken --- */

static const uint8_t epoch[SEGMENT_EPOCH] = {1, 2, 3};

static struct taken record(uint8_t mark)
{
	return (struct taken){.digest = {mark}, .packets = 10, .lost = mark, .given_up = 2, .level = SPOOL_HEADERS};
}

Test(collect, a_record_is_found_at_its_sequence_and_nowhere_else)
{
	static const uint64_t sequences[] = {0, 1, 7, 63, 64, TAKEN_SEQUENCE_MAX};
	struct taken t, read;

	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		t = record((uint8_t)i);
		cr_assert(taken_put(desk->known_fd, epoch, sequences[i], &t, &e) == 0, "%s", e.text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		t = record((uint8_t)i);
		cr_assert(taken_find(desk->known_fd, epoch, sequences[i], &read, &e) == 1);
		cr_expect_arr_eq(read.digest, t.digest, SEGMENT_DIGEST);
		cr_expect(read.packets == 10 && read.lost == i && read.given_up == 2 && read.level == SPOOL_HEADERS);
	}
	cr_expect_eq(taken_find(desk->known_fd, epoch, 2, &read, &e), 0);
	cr_expect_eq(taken_find(desk->known_fd, epoch, 65, &read, &e), 0);
	cr_expect_eq(taken_find(desk->known_fd, (uint8_t[SEGMENT_EPOCH]){9}, 0, &read, &e), 0);
}

static void damage(uint64_t sequence, size_t at, size_t cut_to)
{
	char name[SEGMENT_EPOCH_TEXT];
	int fd = openat(desk->known_fd, segment_hex(epoch, SEGMENT_EPOCH, name), O_RDWR);
	off_t start = (off_t)(sequence * TAKEN_RECORD);
	uint8_t byte;

	cr_assert(fd >= 0 && pread(fd, &byte, 1, start + (off_t)at) == 1);
	byte ^= 1;
	cr_assert(pwrite(fd, &byte, 1, start + (off_t)at) == 1);
	cr_assert(cut_to == 0 || ftruncate(fd, start + (off_t)cut_to) == 0);
	close(fd);
}

Test(collect, a_torn_record_counts_as_none_and_can_be_written_again)
{
	struct taken t = record(1), read;

	for (size_t at = 0; at < TAKEN_RECORD; at++) {
		cr_assert(taken_put(desk->known_fd, epoch, 5, &t, &e) == 0);
		damage(5, at, 0);
		cr_expect_eq(taken_find(desk->known_fd, epoch, 5, &read, &e), 0, "byte %zu", at);
	}
	for (size_t len = 1; len < TAKEN_RECORD; len++) {
		cr_assert(taken_put(desk->known_fd, epoch, 5, &t, &e) == 0);
		damage(5, 0, len);
		cr_expect_eq(taken_find(desk->known_fd, epoch, 5, &read, &e), 0, "%zu bytes", len);
	}
	cr_assert(taken_put(desk->known_fd, epoch, 5, &t, &e) == 0);
	cr_expect_eq(taken_find(desk->known_fd, epoch, 5, &read, &e), 1);
}

Test(collect, sums_count_what_came_and_what_is_missing_also_over_holes)
{
	struct taken t = record(3);
	struct taken_sum sum;
	uint8_t newest[SEGMENT_EPOCH];
	int64_t at_s;

	cr_expect_eq(taken_newest(desk->known_fd, newest, &at_s, &e), 0);
	cr_assert(taken_put(desk->known_fd, epoch, 0, &t, &e) == 0);
	cr_assert(taken_put(desk->known_fd, epoch, 2, &t, &e) == 0);
	cr_assert(taken_put(desk->known_fd, epoch, 100000000, &t, &e) == 0);
	cr_assert(taken_sum_read(desk->known_fd, epoch, &sum, &e) == 0);
	cr_expect(sum.count == 3 && sum.packets == 30 && sum.lost == 9 && sum.given_up == 6 && sum.end == 100000001);
	cr_expect_eq(taken_sum_missing(&sum), 100000001 - 3 - 6);
	cr_expect_eq(taken_newest(desk->known_fd, newest, &at_s, &e), 1);
	cr_expect_arr_eq(newest, epoch, SEGMENT_EPOCH);
}

/* --- into the inbox --- */

static struct spool_name name_of(uint64_t sequence)
{
	struct spool_name name = {.sequence = sequence, .level = SPOOL_WHOLE};

	memcpy(name.epoch, epoch, SEGMENT_EPOCH);
	return name;
}

/* tmp/FILE: a segment of tokyo-1. mark: what makes it another. */
static int make(const char *file, uint64_t sequence, const char *sensor, uint64_t mark)
{
	struct blocks raw = {.data = malloc(SEGMENT_ROOM), .size = SEGMENT_ROOM};
	struct segment_head head = {.sequence = sequence, .clock = {.real_ns = (int64_t)DURING_S * 1000000000}};
	struct segment_tail tail = {.lost = mark, .gap_count = 1, .gaps = {{.first = 0, .last = 1, .packets = 5}}};
	uint8_t *packed, digest[SEGMENT_DIGEST];
	size_t len;

	snprintf(head.sensor, sizeof(head.sensor), "%s", sensor);
	memcpy(head.epoch, epoch, SEGMENT_EPOCH);
	segment_begin(&raw, &head, LINK_ETHERNET, 0, "test0");
	segment_end(&raw, &head, &tail);
	cr_assert(segment_pack(&raw, &packed, &len, digest, &e) == 0);
	int fd = openat(tmp_fd, file, O_RDWR | O_CREAT | O_TRUNC, 0640);
	cr_assert(fd >= 0 && files_write_all(fd, packed, len) == 0);
	free(packed);
	free(raw.data);
	return fd;
}

static int take(uint64_t sequence, uint64_t mark)
{
	struct spool_name name = name_of(sequence);
	struct judged j;
	int fd = make("body", sequence, "tokyo-1", mark);

	cr_assert(take_judge(fd, "tokyo-1", &name, DURING_S, &j, &e) == 0, "%s", e.text);
	int rc = take_segment(desk, &name, &j, fd, tmp_fd, "body", DURING_S, &e);
	close(fd);
	cr_assert(unlinkat(tmp_fd, "body", 0) == 0);
	return rc;
}

Test(collect, a_segment_is_taken_once_and_another_never_replaces_it)
{
	char file[SPOOL_NAME_MAX];
	struct spool_name name = name_of(4);

	cr_expect_eq(take(4, 1), VERDICT_taken, "%s", e.text);
	uint64_t inode = inode_of(desk->inbox_fd, spool_name_print(&name, file));
	cr_expect_eq(take(4, 1), VERDICT_had);
	cr_expect_eq(take(4, 2), VERDICT_conflict);
	cr_expect_eq(inode_of(desk->inbox_fd, file), inode);
	cr_expect(desk->sum.count == 1 && desk->sum.lost == 6 && desk->sum.given_up == 2);
	cr_expect_eq(taken_sum_missing(&desk->sum), 2);
}

Test(collect, what_was_loaded_and_is_gone_from_the_inbox_is_known_for_ever)
{
	char file[SPOOL_NAME_MAX];
	struct spool_name name = name_of(4);

	cr_expect_eq(take(4, 1), VERDICT_taken);
	cr_assert(unlinkat(desk->inbox_fd, spool_name_print(&name, file), 0) == 0);
	cr_expect_eq(take(4, 1), VERDICT_had);
	cr_expect_eq(take(4, 2), VERDICT_conflict);
}

Test(collect, a_file_that_a_crash_left_without_a_record_decides_by_its_content)
{
	cr_expect_eq(take(4, 1), VERDICT_taken);
	damage(4, 0, 0);
	cr_expect_eq(take(4, 2), VERDICT_conflict);
	damage(4, 0, 0);
	cr_expect_eq(take(4, 1), VERDICT_had);
}

Test(collect, a_segment_of_another_sensor_epoch_or_sequence_is_refused)
{
	struct spool_name name = name_of(4), other = name_of(5);
	struct judged j;
	int fd = make("body", 4, "tokyo-1", 0);

	cr_expect_eq(take_judge(fd, "tokyo-1", &name, DURING_S, &j, &e), 0);
	cr_expect_eq(take_judge(fd, "tokyo-2", &name, DURING_S, &j, &e), -EBADMSG);
	cr_expect_eq(take_judge(fd, "tokyo-1", &other, DURING_S, &j, &e), -EBADMSG);
	name.epoch[15] ^= 1;
	cr_expect_eq(take_judge(fd, "tokyo-1", &name, DURING_S, &j, &e), -EBADMSG);
	cr_assert(ftruncate(fd, 0) == 0);
	cr_expect_eq(take_judge(fd, "tokyo-1", &name, DURING_S, &j, &e), -EBADMSG);
	close(fd);
}

Test(collect, a_clock_that_is_ahead_is_marked_from_the_limit_on)
{
	struct spool_name name = name_of(4);
	struct judged j;
	int fd = make("body", 4, "tokyo-1", 0);

	cr_assert(take_judge(fd, "tokyo-1", &name, DURING_S - JUDGE_AHEAD_S, &j, &e) == 0);
	cr_expect_not(j.ahead);
	cr_assert(take_judge(fd, "tokyo-1", &name, DURING_S - JUDGE_AHEAD_S - 1, &j, &e) == 0);
	cr_expect(j.ahead);
	close(fd);
}

Test(collect, sums_are_of_the_newest_epoch_also_when_one_of_an_older_one_came_in_between)
{
	struct judged older = {.record = record(1), .clock_ns = 5}, newer = {.record = record(2), .clock_ns = 6};
	struct spool_name name = name_of(4), old = name;

	old.epoch[0] ^= 1;
	cr_assert(taken_put(desk->known_fd, name.epoch, 3, &newer.record, &e) == 0);
	cr_assert(taken_put(desk->known_fd, old.epoch, 4, &older.record, &e) == 0);
	desk_note(desk, &old, &older, DURING_S); /* the first after a start */
	cr_expect(desk->sum.count == 1 && desk->sum.lost == 1);
	cr_assert(taken_put(desk->known_fd, name.epoch, 4, &newer.record, &e) == 0);
	desk_note(desk, &name, &newer, DURING_S);
	cr_expect(desk->sum.count == 2 && desk->sum.lost == 4 && desk->sum.end == 5);
	desk_note(desk, &old, &older, DURING_S);
	cr_expect_eq(desk->sum.count, 2);
}

/* --- bounds --- */

Test(collect, a_sensor_sends_as_much_as_it_may_in_a_day)
{
	cr_assert(desk_admit(desk, DURING_S, 10000, &e) == 0);
	desk_dismiss(desk, 9999);
	cr_assert(desk_admit(desk, DURING_S, 10000, &e) == 0);
	desk_dismiss(desk, 1); /* counts as a block of the disk */
	cr_expect_eq(desk_admit(desk, DURING_S, 10000, &e), -EDQUOT);
	cr_expect_eq(desk_admit(desk, DURING_S + 86400, 10000, &e), 0);
}

Test(collect, a_sensor_sends_few_segments_at_once)
{
	for (int i = 0; i < DESK_UPLOADS_MAX; i++)
		cr_assert(desk_admit(desk, DURING_S, 10000, &e) == 0);
	cr_expect_eq(desk_admit(desk, DURING_S, 10000, &e), -EBUSY);
	desk_dismiss(desk, 0);
	cr_expect_eq(desk_admit(desk, DURING_S, 10000, &e), 0);
}

static void set_aside(const char *name, uint64_t max)
{
	static const char rubbish[10000];
	int fd = openat(tmp_fd, "body", O_RDWR | O_CREAT | O_TRUNC, 0640);

	cr_assert(fd >= 0 && files_write_all(fd, rubbish, sizeof(rubbish)) == 0);
	close(fd);
	cr_assert(quarantine_put(desk->quarantine_fd, name, tmp_fd, "body", "why", max, &desk->quarantine_bytes, &e) == 0,
		"%s", e.text);
}

Test(collect, the_quarantine_keeps_the_newest_within_its_bound)
{
	uint64_t bytes;
	char name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "%02d", i);
		set_aside(name, 200000);
		cr_assert(quarantine_measure(desk->quarantine_fd, &bytes, &e) == 0);
		cr_expect(bytes <= 200000 && bytes == desk->quarantine_bytes);
	}
	cr_expect(faccessat(desk->quarantine_fd, "39", F_OK, 0) == 0 && faccessat(desk->quarantine_fd, "39.reason", F_OK, 0) == 0);
	cr_expect(faccessat(desk->quarantine_fd, "00", F_OK, 0) < 0);
	set_aside("none", 0);
	cr_expect(faccessat(desk->quarantine_fd, "none", F_OK, 0) < 0);
}

/* --- heartbeats --- */

Test(collect, a_heartbeat_is_kept_as_json_that_is_surely_well_formed)
{
	static const char *const texts[][2] = {
		{"{\"a\": 1, \"b\": [true, null, -0.5], \"c\": {\"d\": \"x\\\"y\"}}",
			"{\"a\":1,\"b\":[true,null,-0.5],\"c\":{\"d\":\"x\\\"y\"}}"},
		{"{a: <script>}", "{\"a\":\"<script>\"}"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO(buf_done) struct buf out = {0};

		cr_assert(heartbeat_clean(texts[i][0], strlen(texts[i][0]), &out, &e) == 0, "%s", e.text);
		cr_expect_str_eq(buf_str(&out), texts[i][1]);
	}
	for (size_t i = 0; i < 3; i++) {
		static const char *const bad[] = {"[1]", "{", "text"};
		AUTO(buf_done) struct buf out = {0};

		cr_expect(heartbeat_clean(bad[i], strlen(bad[i]), &out, &e) == -EBADMSG);
	}
}
