#include "sensor/status.h"

#include "base/text.h"
#include "base/yaml.h"
#include "sensor/status_file.h"

#include <inttypes.h>
#include <limits.h>
#include <time.h>

/* A collector that was not reached for so long, or for four heartbeats, is trouble. */
enum { STALE_S = 30, UNHEARD_S = 60, RENEW_S = 30 * 86400, MIB = 1 << 20 };

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

/* --- what was heard --- */

static uint64_t lost(const struct status_file *s)
{
	static const enum segment_counter losses[] = {
		COUNTER_ring_dropped, COUNTER_policy_packets, COUNTER_unwritten};
	uint64_t sum = 0;

	for (size_t i = 0; i < ARRAY_SIZE(losses); i++)
		sum += s->counters[losses[i]];
	return sum;
}

static void print_heard(const struct status_file *s)
{
	char heard[32], started[32];

	ago(s->heard_s, heard);
	ago(s->started_s, started);
	if (s->heard_s)
		printf(TR("%s (%s): heard %s ago, %" PRIu64 " lost; started %s ago\n",
			       "%s（%s）: 最後の受信 %s前、損失 %" PRIu64 "、開始 %s前\n"),
			s->sensor, s->mode, heard, lost(s), started);
	else
		printf(TR("%s (%s): nothing heard yet, %" PRIu64 " lost; started %s ago\n",
			       "%s（%s）: まだ受信なし、損失 %" PRIu64 "、開始 %s前\n"),
			s->sensor, s->mode, lost(s), started);
}

static void print_capture(const struct status_file *s)
{
	print_heard(s);
	printf(TR("spool: %" PRIu64 " segments wait, %.1f of %.0f MiB\n",
		       "スプール: 送信待ち %" PRIu64 " セグメント、%.1f / %.0f MiB\n"),
		s->spool_segments, (double)s->spool_bytes / MIB, (double)s->spool_bytes_max / MIB);
	for (int i = 0; i < SEGMENT_COUNTER_COUNT; i++)
		printf("%12" PRIu64 "  %s\n", s->counters[i], segment_counter_text((enum segment_counter)i));
}

static int check_capture(const struct status_file *s, struct err *e)
{
	char written[32];

	if (s->trouble[0])
		return err_set(e, EIO, TR("the disk: %s", "ディスク: %s"), s->trouble);
	if ((uint64_t)time(NULL) <= s->written_s + STALE_S)
		return 0;
	return err_set(e, ESTALE,
		TR("the sensor does not run: it last said so %s ago",
			"センサーは動いていません（最後の更新は %s前）"),
		ago(s->written_s, written));
}

/* --- what was sent --- */

/* What it said in its last answer is so many seconds older by now. */
static void print_known(const struct yaml *collector)
{
	const struct yaml *known = yaml_get(collector, "known");
	const char *url = status_word(collector, "url");
	const uint64_t waiting = status_number(collector, "waiting"), missing = status_number(known, "missing");
	char heard[32];

	if (!yaml_get(known, "heard_s"))
		printf(TR("%s: no segment of this sensor yet, %" PRIu64 " wait\n",
			       "%s: 受信したセグメントなし、送信待ち %" PRIu64 "\n"),
			url, waiting);
	else
		printf(TR("%s: heard %s ago, %" PRIu64 " lost, %" PRIu64 " segments missing, %" PRIu64 " wait\n",
			       "%s: 最後の受信 %s前、損失 %" PRIu64 "、欠けているセグメント %" PRIu64
			       "、送信待ち %" PRIu64 "\n"),
			url, ago(status_number(collector, "known_s") - status_number(known, "heard_s"), heard),
			status_number(known, "lost"), missing, waiting);
}

static void print_trouble(const struct yaml *work)
{
	char since[32];

	if (status_word(work, "trouble")[0])
		printf(TR("    %s ago: %s; again in %" PRIu64 " s\n", "    %s前: %s、再試行まで %" PRIu64 " 秒\n"),
			ago(status_number(work, "troubled_s"), since), status_word(work, "trouble"),
			status_number(work, "wait_s"));
}

static void print_collector(const struct yaml *collector)
{
	print_known(collector);
	print_trouble(yaml_get(collector, "segments"));
	print_trouble(yaml_get(collector, "heartbeat"));
}

static bool is_forbidden(const struct yaml *work)
{
	const char *word = status_word(work, "forbidden");

	return word[0] == 't';
}

static int check_collector(const struct sensor_config *c, const struct yaml *status, const struct yaml *collector,
	struct err *e)
{
	const char *url = status_word(collector, "url");
	const uint64_t heartbeats_s = 4 * c->settings.upload_heartbeat_s;
	const uint64_t longest_s = heartbeats_s > UNHEARD_S ? heartbeats_s : UNHEARD_S;
	uint64_t known_s = status_number(collector, "known_s");
	char since[32];

	if (is_forbidden(yaml_get(collector, "segments")) || is_forbidden(yaml_get(collector, "heartbeat")))
		return err_set(e, EACCES,
			TR("%s: this sensor is not allowed, or no longer: teiten sensor list there",
				"%s: このセンサーは許可されていません。収集側で teiten sensor list を確認してください"),
			url);
	if (known_s == 0)
		known_s = status_number(status, "started_s");
	if ((uint64_t)time(NULL) <= known_s + longest_s)
		return 0;
	return err_set(e, EHOSTUNREACH, TR("%s: no answer for %s", "%s: %s間応答がありません"), url, ago(known_s, since));
}

/* The process reads it once: a new one needs a restart. */
static int check_identity(const struct yaml *status, struct err *e)
{
	const uint64_t until_s = status_number(status, "identity_until_s"), now_s = (uint64_t)time(NULL);
	char since[32];

	if (until_s <= now_s)
		return err_set(e, EKEYEXPIRED,
			TR("the certificate ended %s ago: teiten sensor renew at the centre, then restart",
				"証明書は %s前に期限が切れました。収集側で teiten sensor renew を実行し、再起動してください"),
			ago(until_s, since));
	if (until_s < now_s + RENEW_S)
		printf(TR("the certificate ends in %" PRIu64 " days: teiten sensor renew at the centre, then restart\n",
			       "証明書の期限まで %" PRIu64
			       " 日です。収集側で teiten sensor renew を実行し、再起動してください\n"),
			(until_s - now_s) / 86400);
	return 0;
}

static int check_upload(const struct yaml *status, struct err *e)
{
	const uint64_t written_s = status_number(status, "written_s"), rejected = status_number(status, "rejected");
	char written[32];

	if ((uint64_t)time(NULL) > written_s + STALE_S)
		return err_set(e, ESTALE,
			TR("nothing is sent: the process that does last said so %s ago",
				"送信プロセスが動いていません（最後の更新は %s前）"),
			ago(written_s, written));
	if (status_word(status, "trouble")[0])
		return err_set(e, EIO, TR("the disk: %s", "ディスク: %s"), status_word(status, "trouble"));
	if (rejected > 0)
		return err_set(e, EBADMSG,
			TR("%" PRIu64 " segments were refused: see the reasons in rejected/ of the spool",
				"%" PRIu64 " セグメントが拒否されました。スプールの rejected/ にある理由を見てください"),
			rejected);
	return check_identity(status, e);
}

static int show_upload(const struct sensor_config *c, struct err *e)
{
	AUTO(yaml_free) struct yaml *status = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/status-upload.json", c->settings.spool_folder);
	if (access(path, F_OK) < 0)
		return err_set(e, ENOENT,
			TR("nothing was sent yet: neither run nor teiten-sensor upload does it",
				"まだ何も送信していません。run または teiten-sensor upload を起動してください"));
	int rc = yaml_read(path, &status, e);
	const struct yaml *collectors = rc == 0 ? yaml_get(status, "collectors") : NULL;
	for (size_t i = 0; collectors && i < collectors->count; i++)
		print_collector(&collectors->items[i]);
	if (rc == 0)
		rc = check_upload(status, e);
	for (size_t i = 0; collectors && rc == 0 && i < collectors->count; i++)
		rc = check_collector(c, status, &collectors->items[i], e);
	return rc;
}

int sensor_status(const struct sensor_config *c, struct err *e)
{
	struct status_file status;
	int rc = status_file_read(c->settings.spool_folder, &status, e);

	if (rc < 0)
		return rc;
	print_capture(&status);
	rc = check_capture(&status, e);
	/* the first trouble counts, and is the one that e keeps */
	int sent = c->collector_count > 0 ? show_upload(c, e) : 0;
	return rc < 0 ? rc : sent;
}
