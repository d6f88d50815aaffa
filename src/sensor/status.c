#include "sensor/status.h"

#include "base/text.h"
#include "base/yaml.h"
#include "ship/segment.h"

#include <inttypes.h>
#include <limits.h>
#include <time.h>

enum { STALE_S = 30, MIB = 1 << 20 };

/* 0 when it is not there. JSON is YAML. */
static uint64_t number(const struct yaml *map, const char *key)
{
	const struct yaml *node = map ? yaml_get(map, key) : NULL;
	struct err unused = {""};
	uint64_t value = 0;

	return node && yaml_u64(node, 0, UINT64_MAX, &value, &unused) == 0 ? value : 0;
}

static const char *word(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);
	const char *text = "";
	struct err unused = {""};

	return node && yaml_text(node, &text, &unused) == 0 ? text : "";
}

/* "12 s", "3 h" ... */
static const char *ago(uint64_t then_s, char out[32])
{
	static const struct {
		uint64_t s;
		const char *en, *ja;
	} units[] = {{86400, "d", "日"}, {3600, "h", "時間"}, {60, "min", "分"}, {1, "s", "秒"}};
	uint64_t now_s = (uint64_t)time(NULL), gone_s = now_s > then_s ? now_s - then_s : 0;
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && gone_s < 2 * units[i].s)
		i++;
	snprintf(out, 32, "%" PRIu64 " %s", gone_s / units[i].s, TR(units[i].en, units[i].ja));
	return out;
}

static uint64_t lost(const struct yaml *counters)
{
	static const enum segment_counter losses[] = {
		COUNTER_ring_dropped, COUNTER_policy_packets, COUNTER_unwritten};
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
		sum += number(counters, segment_counter_name(losses[i]));
	return sum;
}

static void print_heard(const struct yaml *status, const struct yaml *counters)
{
	uint64_t heard_s = number(status, "heard_s");
	char heard[32], started[32];

	ago(heard_s, heard);
	ago(number(status, "started_s"), started);
	if (heard_s)
		printf(TR("%s (%s): heard %s ago, %" PRIu64 " lost; started %s ago\n",
			       "%s（%s）: 最後の受信 %s前、損失 %" PRIu64 "、開始 %s前\n"),
			word(status, "sensor"), word(status, "mode"), heard, lost(counters), started);
	else
		printf(TR("%s (%s): nothing heard yet, %" PRIu64 " lost; started %s ago\n",
			       "%s（%s）: まだ受信なし、損失 %" PRIu64 "、開始 %s前\n"),
			word(status, "sensor"), word(status, "mode"), lost(counters), started);
}

static void print_all(const struct yaml *status)
{
	const struct yaml *counters = yaml_get(status, "counters");

	print_heard(status, counters);
	printf(TR("spool: %" PRIu64 " segments wait, %.1f of %.0f MiB\n",
		       "スプール: 送信待ち %" PRIu64 " セグメント、%.1f / %.0f MiB\n"),
		number(status, "spool_segments"), (double)number(status, "spool_bytes") / MIB,
		(double)number(status, "spool_bytes_max") / MIB);
	for (int i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		printf("%12" PRIu64 "  %s\n", number(counters, segment_counter_name((enum segment_counter)i)),
			segment_counter_text((enum segment_counter)i));
}

int sensor_status(const struct sensor_config *c, struct err *e)
{
	AUTO(yaml_free) struct yaml *status = NULL;
	char path[PATH_MAX], written[32];

	snprintf(path, sizeof(path), "%s/status.json", c->settings.spool_folder);
	int rc = yaml_read(path, &status, e);
	if (rc < 0)
		return rc;
	print_all(status);
	if (word(status, "trouble")[0])
		return err_set(e, EIO, TR("the disk: %s", "ディスク: %s"), word(status, "trouble"));
	if ((uint64_t)time(NULL) <= number(status, "written_s") + STALE_S)
		return 0;
	return err_set(e, ESTALE,
		TR("the sensor does not run: it last said so %s ago",
			"センサーは動いていません（最後の更新は %s前）"),
		ago(number(status, "written_s"), written));
}
