/* teiten collect: the daemon that receives what sensors send. */
#include "prog/collect_metrics.h"
#include "prog/collected.h"
#include "prog/collector.h"
#include "prog/loader.h"
#include "prog/stop.h"

#include "base/notify.h"
#include "base/text.h"
#include "base/zone.h"
#include "collect/ca.h"
#include "collect/collect.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { DAY_S = 86400, WARN_DAYS = 60, MIB = 1 << 20 };

static void print_usage(void)
{
	fputs(TR("usage: teiten collect\n"
		 "Receives what sensors send, until it is stopped (SIGTERM, Ctrl-C). Where and for whom say the settings collect.*;\n"
		 "teiten sensor add makes the identities. One line on standard error for each request. See teiten-collect(8).\n",
		      "使い方: teiten collect\n"
		      "センサーから受信します（SIGTERM または Ctrl-C で停止）。場所などは設定 collect.* で決めます。\n"
		      "証明書は teiten sensor add で作ります。要求ごとに標準エラー出力に一行記録します。teiten-collect(8) を見てください。\n"),
		stdout);
}

/* --- the log --- */

/* One line at once, as several threads write. */
static void log_line(struct buf *line)
{
	buf_char(line, '\n');
	if (!line->failed)
		fputs(buf_str(line), stderr);
}

static void add_quoted(struct buf *line, const char *key, const char *text)
{
	if (!*text)
		return;
	buf_printf(line, " %s=", key);
	buf_json(line, text, strlen(text));
}

static void add_segment(struct buf *line, const struct spool_name *name)
{
	char epoch[SEGMENT_EPOCH_TEXT];

	buf_printf(line, " epoch=%s sequence=%" PRIu64, segment_hex(name->epoch, SEGMENT_EPOCH, epoch), name->sequence);
}

/* The audit. What strangers wrote is quoted. */
static void log_request(void *context, const struct collect_event *event)
{
	AUTO(buf_done) struct buf line = {.max = 8192};
	char time_text[ZONE_TEXT_SIZE];

	buf_printf(&line, "teiten: request=%s time=%s status=%u", collect_verdict_name(collect_verdict_of(event->status)),
		zone_print(time(NULL), time_text), event->status);
	if (event->sensor[0])
		buf_printf(&line, " sensor=%s", event->sensor);
	if (event->segment)
		add_segment(&line, event->segment);
	else
		add_quoted(&line, "path", event->path);
	if (event->digest[0])
		buf_printf(&line, " digest=%s", event->digest);
	buf_printf(&line, " bytes=%" PRIu64, event->bytes);
	if (event->ahead)
		buf_text(&line, " clock=ahead");
	add_quoted(&line, "why", event->why);
	log_line(&line);
}

static void log_started(const struct collect *c, const char *folder, const struct collect_found *found)
{
	static const struct {
		enum collect_listener listener;
		const char *name;
	} listeners[] = {{COLLECT_TLS, "tls"}, {COLLECT_PROXIED, "proxied"}, {COLLECT_PLAIN, "metrics"}};
	AUTO(buf_done) struct buf line = {0};

	buf_text(&line, "teiten: collect=started");
	add_quoted(&line, "folder", folder);
	for (size_t i = 0; i < ARRAY_SIZE(listeners); i++)
		add_quoted(&line, listeners[i].name, collect_address(c, listeners[i].listener));
	buf_printf(&line, " swept=%" PRIu64 " taken_up=%" PRIu64 " set_aside=%" PRIu64, found->swept, found->taken_up,
		found->set_aside);
	log_line(&line);
}

/* --- certificates that end --- */

static void warn_of(const char *what, int64_t until_s, const char *remedy)
{
	int64_t now_s = time(NULL);
	char until[ZONE_TEXT_SIZE];

	if (until_s - now_s < (int64_t)WARN_DAYS * DAY_S)
		fprintf(stderr, "teiten: certificate=ending of=%s until=%s remedy=\"%s\"\n", what, zone_print(until_s, until), remedy);
}

/* Of each sensor the identity that is good for longest. */
static bool has_longer(const struct allow *a, const struct allow_entry *entry)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct allow_entry *other = &a->entries[i];

		if (strcmp(other->sensor, entry->sensor) == 0 && !other->revoked_s && other->until_s > entry->until_s)
			return true;
	}
	return false;
}

static int check_certificates(const struct prog *p, struct err *e)
{
	AUTO(collector_identity_done) struct collector_identity identity = {.fd = -1};
	int64_t until_s;
	int rc = collector_identity_open(p, &identity, e);

	if (rc == 0)
		rc = ca_server_until(identity.fd, &until_s, e);
	if (rc < 0)
		return rc;
	warn_of("collector", until_s, "new authority and identities");
	for (size_t i = 0; i < identity.allow.count; i++) {
		const struct allow_entry *entry = &identity.allow.entries[i];

		if (!entry->revoked_s && !has_longer(&identity.allow, entry))
			warn_of(entry->sensor, entry->until_s, "teiten sensor renew");
	}
	return 0;
}

/* --- the daemon --- */

/* What callbacks and routes get. */
struct context {
	struct collect_metrics_context metrics; /* the first: of the routes */
	struct loader loader;
};

static void auto_context_done(struct context *c)
{
	loader_stop(&c->loader);
}

static void wake_loader(void *context, const char *sensor, const struct spool_name *name)
{
	struct context *c = context;

	loader_wake(&c->loader);
}

static struct collect_options options_of(const struct settings *s, const char *folder, struct context *context)
{
	return (struct collect_options){
		.folder = folder,
		.listen = s->collect_listen,
		.listen_proxied = s->collect_proxied,
		.listen_metrics = s->collect_metrics,
		.threads = (unsigned int)s->collect_threads,
		.connections = (unsigned int)s->collect_connections,
		.per_address = (unsigned int)s->collect_per_address,
		.daily_bytes = s->collect_daily_mib * MIB,
		.free_bytes_min = s->collect_free_mib * MIB,
		.quarantine_bytes = s->collect_quarantine_mib * MIB,
		.context = context,
		.told = log_request,
		.taken = context->loader.keeper ? wake_loader : NULL,
		.routes = collect_metrics,
		.route_count = COLLECT_METRICS_ROUTES,
	};
}

/* A descriptor for each connection, and some for each sensor: as many as this process may have. */
static void allow_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur == files.rlim_max)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

static int check_settings(const struct settings *s, struct err *e)
{
	if (strcmp(s->collect_listen, "none") != 0 || strcmp(s->collect_proxied, "none") != 0)
		return 0;
	return err_set(e, EINVAL,
		TR("collect.listen and collect.listen_proxied are both none: nobody could send",
			"collect.listen と collect.listen_proxied がどちらも none なので、誰も送信できません"));
}

/* Signals come to this thread only, and only while it waits. */
static void wait_for_stop(const struct prog *p, const sigset_t *unblocked)
{
	struct timespec day = {.tv_sec = DAY_S};

	while (!stop_signal()) {
		struct err e = {""};

		if (ppoll(NULL, 0, &day, unblocked) == 0 && check_certificates(p, &e) < 0)
			fprintf(stderr, "teiten: %s\n", e.text);
	}
}

static int serve(struct prog *p, const sigset_t *unblocked, struct err *e)
{
	AUTO(context_done) struct context context = {.metrics = {.prog = p}};
	AUTO(collect_stop) struct collect *c = NULL;
	struct collect_found found;
	char folder[PATH_MAX];
	int rc = check_settings(&p->settings, e);

	if (rc == 0)
		rc = collected_folder(p, folder, e);
	if (rc == 0)
		rc = check_certificates(p, e);
	if (rc < 0)
		return rc;
	allow_files();
	if (p->settings.collect_load)
		rc = loader_start(p, folder, &context.loader, e);
	if (rc < 0)
		return rc;
	struct collect_options options = options_of(&p->settings, folder, &context);
	rc = collect_start(&options, &c, &found, e);
	if (rc < 0)
		return rc;
	log_started(c, folder, &found);
	if (!notify_service("READY=1"))
		fputs("teiten: service=not_notified\n", stderr);
	wait_for_stop(p, unblocked);
	notify_service("STOPPING=1");
	return 0;
}

int command_collect(struct prog *p, int argc, char **argv, struct err *e)
{
	sigset_t blocked, unblocked;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_usage();
		return EXIT_DONE;
	}
	if (argc > 1) {
		err_set(e, EINVAL, TR("collect: takes no arguments: see teiten collect --help",
					"collect: 引数はありません（teiten collect --help を見てください）"));
		return EXIT_USAGE;
	}
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &blocked, &unblocked);
	stop_catch();
	int rc = serve(p, &unblocked, e);
	stop_release();
	pthread_sigmask(SIG_SETMASK, &unblocked, NULL);
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}
