#include "ship/wire.h"

#include <criterion/criterion.h>
#include <string.h>

#define EPOCH "000102030405060708090a0b0c0d0e0f"

Test(wire, a_path_names_epoch_and_sequence_and_is_read_back)
{
	static const uint64_t sequences[] = {0, 1, 10, UINT64_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(sequences); i++) {
		struct spool_name name = {.sequence = sequences[i]}, read = {0};
		char path[WIRE_PATH_MAX];

		for (uint8_t byte = 0; byte < SEGMENT_EPOCH; byte++)
			name.epoch[byte] = byte;
		cr_assert(wire_path_parse(wire_path_print(&name, path), &read), "%s", path);
		cr_expect_arr_eq(read.epoch, name.epoch, SEGMENT_EPOCH);
		cr_expect_eq(read.sequence, sequences[i]);
	}
}

Test(wire, paths_that_are_no_segments_are_refused)
{
	static const char *const paths[] = {"", "/", "/v1/segments", "/v1/segments/", "/v1/segments/" EPOCH,
		"/v1/segments/" EPOCH "/", "/v1/segments/" EPOCH "/-1", "/v1/segments/" EPOCH "/1/",
		"/v1/segments/" EPOCH "/01", "/v1/segments/" EPOCH "/18446744073709551616",
		"/v1/segments/" EPOCH "0/1", "/v1/segments/0" EPOCH "/1", "/v1/segments/../inbox/1",
		"/v1/segments/000102030405060708090A0B0C0D0E0F/1", "/v2/segments/" EPOCH "/1"};
	struct spool_name name;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		cr_expect_not(wire_path_parse(paths[i], &name), "%s", paths[i]);
}

Test(wire, levels_and_digests_are_read_whole)
{
	enum spool_level level;
	uint8_t digest[SEGMENT_DIGEST];

	for (level = SPOOL_WHOLE; level <= SPOOL_COUNTERS; level++) {
		enum spool_level read;

		cr_assert(wire_level_parse(wire_level_name(level), &read));
		cr_expect_eq(read, level);
	}
	cr_expect_not(wire_level_parse("header", &level));
	cr_expect(wire_digest_parse(EPOCH EPOCH, digest));
	cr_expect_eq(digest[31], 15);
	cr_expect_not(wire_digest_parse(EPOCH EPOCH "0", digest));
	cr_expect_not(wire_digest_parse(EPOCH, digest));
}
