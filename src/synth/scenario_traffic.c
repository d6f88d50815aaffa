/* The section `traffic`: load for benchmarks. */
#include "synth/scenario_parts.h"

#include "base/number.h"
#include "base/text.h"
#include "base/zone.h"

#include <errno.h>
#include <string.h>

static bool is_duration(const char *text, uint64_t *ret_s)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[16];
	size_t len = strlen(text);

	if (len < 2 || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len - 1);
	digits[len - 1] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (text[len - 1] == units[i].unit && number_u64(digits, 1, 100000, ret_s)) {
			*ret_s *= units[i].seconds;
			return true;
		}
	}
	return false;
}

static int read_duration(const struct yaml *node, struct traffic *t, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0 || is_duration(text, &t->duration_s))
		return rc;
	return yaml_error(node, e, EINVAL,
		TR("\"%s\" is no duration like 1h, 90m or 7d",
			"「%s」は 1h、90m、7d のような長さではありません"),
		text);
}

static int read_prefix(const struct yaml *node, struct traffic *t, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0)
		return rc;
	if (!prefix_parse(text, false, &t->prefix) || !addr_is_v4(&t->prefix.addr))
		return yaml_error(node, e, EINVAL,
			TR("\"%s\" is no IPv4 prefix",
				"「%s」は IPv4 プレフィックスではありません"),
			text);
	return 0;
}

static int read_start(const struct yaml *node, struct traffic *t, struct err *e)
{
	const char *text;
	int rc = yaml_text(node, &text, e);

	if (rc < 0 || zone_parse(text, &t->start_s))
		return rc;
	return yaml_error(node, e, EINVAL,
		TR("\"%s\" is no time like 2026-06-01T00:00",
			"「%s」は 2026-06-01T00:00 のような時刻ではありません"),
		text);
}

int scenario_read_traffic(const struct yaml *node, struct scenario *s, struct err *e)
{
	static const char *const keys[] = {
		"packets", "duration", "start", "prefix", "sources", "skew", NULL};
	struct traffic *t = &s->traffic;
	const struct yaml *packets, *duration, *start, *prefix;
	int rc = yaml_allow(node, keys, e);

	*t = (struct traffic){
		.present = true, .sources = 250000, .skew = 1.05, .file = "captures/load.pcap"};
	if (rc < 0 || (rc = scenario_need(node, "packets", &packets, e)) < 0 ||
		(rc = scenario_need(node, "duration", &duration, e)) < 0 ||
		(rc = scenario_need(node, "start", &start, e)) < 0 ||
		(rc = scenario_need(node, "prefix", &prefix, e)) < 0 ||
		(rc = yaml_u64(packets, 1, UINT64_C(10000000000), &t->packets, e)) < 0 ||
		(rc = read_duration(duration, t, e)) < 0 || (rc = read_start(start, t, e)) < 0 ||
		(rc = read_prefix(prefix, t, e)) < 0 ||
		(rc = scenario_optional_u64(node, "sources", 1, 10000000, &t->sources, e)) < 0)
		return rc;
	return scenario_optional_double(node, "skew", 0, 5, &t->skew, e);
}
