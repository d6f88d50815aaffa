/* The 102 facts of content_vectors.tsv: bytes, options, whether they match. */
#include "rules/rules.h"

#include "rules_make.h"

static size_t hex_take(const char *hex, uint8_t *out)
{
	size_t len = 0;

	for (unsigned byte; sscanf(hex + len * 2, "%2x", &byte) == 1; len++)
		out[len] = (uint8_t)byte;
	return len;
}

Test(rules_vectors, all_102_facts_about_the_language_hold)
{
	char path[4096], line[4096];
	uint8_t bytes[2048];
	size_t held = 0;

	snprintf(path, sizeof(path), "%s/suricata-verify/content_vectors.tsv", getenv("TEITEN_DATA"));
	AUTO(fclose) FILE *f = fopen(path, "r");
	if (!f)
		cr_skip_test("no %s", path);
	while (fgets(line, sizeof(line), f)) {
		char *rest = line;
		if (line[0] == '#')
			continue;
		const char *hex = strsep(&rest, "\t"), *options = strsep(&rest, "\t"), *expected = strsep(&rest, "\t\n");
		size_t len = hex_take(hex, bytes);
		bool matched = matches_in(RULES_SURICATA, "tcp", options, packet_tcp(), bytes, len);
		cr_expect_eq(matched, strcmp(expected, "true") == 0, "%s: %s", hex, options);
		held++;
	}
	cr_assert_eq(held, 102);
}
