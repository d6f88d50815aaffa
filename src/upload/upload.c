#include "upload/upload.h"

#include "base/number.h"
#include "base/text.h"
#include "upload/upload_parts.h"

#include <netdb.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
	LOOK_MS = 1000,	      /* between two looks at the spool, at least */
	LOOK_SHARE = 20,      /* and so many times as long as one took */
	LOOK_ANYWAY_MS = 10000,
	TICK_NS = 20000000,   /* times of files are this coarse */
	STATUS_MS = 1000,     /* between two statuses, when something happened */
	STATUS_ANYWAY_MS = 10000,
	WAIT_MS = 500,	      /* at most, before *stop is looked at */
};

int64_t upload_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* For the jitter alone: 0 when there is none is no harm. */
uint32_t upload_random(void)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	return random;
}

void upload_say(const struct collector *c, const char *state, const char *why)
{
	fprintf(stderr, "teiten-sensor: state=%s collector=%s%s%s%s\n", state, c->url, *why ? " why=\"" : "", why,
		*why ? "\"" : "");
}

/* --- opening --- */

uint16_t upload_port(const char *url)
{
	const char *host = strstr(url, "//"), *port = strrchr(host ? host + 2 : url, ':');
	uint64_t number = 0;
	char digits[8];

	if (!port || strchr(port, ']'))
		return strncmp(url, "https:", 6) == 0 ? 443 : 1080;
	snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(port + 1, "/"), port + 1);
	return number_u64(digits, 1, UINT16_MAX, &number) ? (uint16_t)number : 0;
}

bool upload_is_url(const char *text)
{
	static const char scheme[] = "https://";
	const char *host = text + strlen(scheme);
	size_t len = strncmp(text, scheme, strlen(scheme)) == 0 ? strlen(host) : 0;

	return len > 0 && strlen(text) < UPLOAD_URL_MAX && host[len - 1] != '/' && upload_port(text) != 0 &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]/") == len;
}

/* "HOST" of "https://HOST:8443/below". */
static void host_of(const char *url, char host[UPLOAD_URL_MAX])
{
	const char *from = strstr(url, "//") + 2;
	size_t len = from[0] == '[' ? strcspn(++from, "]") : strcspn(from, ":/");

	snprintf(host, UPLOAD_URL_MAX, "%.*s", (int)len, from);
}

/* So that the C library has loaded what it resolves names with, while it may still load. No answer is no error. */
static void look_up(const char *url)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct addrinfo *found = NULL;
	char host[UPLOAD_URL_MAX];

	host_of(url, host);
	if (getaddrinfo(host, NULL, &hints, &found) == 0)
		freeaddrinfo(found);
}

static int check_identity(const struct upload *u, struct err *e)
{
	if (strcmp(u->identity.name, u->options.sensor) != 0)
		return err_set(e, EINVAL,
			TR("upload.identity %s is of \"%s\", and name says \"%s\": what this sensor sends would be "
			   "refused",
				"upload.identity %s は「%s」のもので、name の「%s」と異なります。このままでは送信が拒否されます"),
			u->options.identity, u->identity.name, u->options.sensor);
	if (u->identity.until_s < time(NULL))
		fprintf(stderr,
			TR("teiten-sensor: the certificate in %s has expired: teiten sensor add makes a new one\n",
				"teiten-sensor: %s の証明書は期限切れです。teiten sensor add で作り直してください\n"),
			u->options.identity);
	return 0;
}

static int open_collectors(struct upload *u, struct err *e)
{
	int rc = 0;

	u->collectors = calloc(u->options.collector_count, sizeof(*u->collectors));
	if (!u->collectors || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(u->multi = curl_multi_init()))
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	for (size_t i = 0; rc == 0 && i < u->options.collector_count; i++) {
		look_up(u->options.collectors[i]);
		rc = collector_init(&u->collectors[i], u, u->options.collectors[i], e);
	}
	return rc;
}

int upload_open(const struct upload_options *options, struct upload **ret, struct err *e)
{
	AUTO(upload_close) struct upload *u = calloc(1, sizeof(*u));

	if (!u)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	u->options = *options;
	u->started_s = time(NULL);
	int rc = identity_read(options->identity, &u->identity, e);
	if (rc == 0)
		rc = check_identity(u, e);
	if (rc < 0)
		return rc;
	*ret = TAKE(u);
	return 0;
}

int upload_join(struct upload *u, struct err *e)
{
	int rc = spool_join(u->options.spool, &u->spool, e);

	if (rc == 0)
		rc = open_collectors(u, e);
	return rc;
}

int upload_folder(const struct upload *u)
{
	return spool_folder(u->spool);
}

void upload_close(struct upload *u)
{
	if (!u)
		return;
	for (size_t i = 0; u->collectors && i < u->options.collector_count; i++)
		collector_done(&u->collectors[i]);
	if (u->multi)
		curl_multi_cleanup(u->multi);
	free(u->collectors);
	spool_close(u->spool);
	identity_done(&u->identity);
	free(u);
}

/* --- what waits --- */

void upload_settle(struct upload *u, const struct spool_name *name)
{
	for (size_t i = 0; i < u->options.collector_count; i++)
		if (!taken_has(&u->collectors[i].taken, name))
			return;
	(void)!spool_remove(u->spool, name, &u->trouble);
}

/* What all have, perhaps in a form that is no longer there, leaves. */
static void look_at(void *context, const struct spool_file *file)
{
	struct upload *u = context;
	bool is_wanted = false;

	for (size_t i = 0; i < u->options.collector_count; i++) {
		struct collector *c = &u->collectors[i];

		if (taken_see(&c->taken, &file->name))
			continue;
		lanes_add(&c->lanes, file);
		is_wanted = true;
	}
	if (!is_wanted)
		upload_settle(u, &file->name);
}

static void look(struct upload *u, int64_t now_ms)
{
	struct err why = {""};

	u->trouble = (struct err){""};
	for (size_t i = 0; i < u->options.collector_count; i++) {
		lanes_begin(&u->collectors[i].lanes, time(NULL));
		taken_look(&u->collectors[i].taken);
	}
	int rc = spool_list(u->spool, look_at, u, &why);
	if (rc == 0)
		rc = spool_bound_rejected(u->spool, u->options.rejected_bytes_max, &u->rejected, &why);
	for (size_t i = 0; i < u->options.collector_count; i++) {
		lanes_end(&u->collectors[i].lanes);
		if (rc == 0)
			taken_looked(&u->collectors[i].taken);
	}
	if (rc < 0)
		u->trouble = why;
	u->again_ms = INT64_MAX;
	for (size_t i = 0; i < u->options.collector_count; i++) {
		int64_t held_ms = collector_held_ms(&u->collectors[i], now_ms);

		u->again_ms = held_ms < u->again_ms ? held_ms : u->again_ms;
	}
	u->looked_ms = now_ms;
	u->look_cost_ms = upload_now_ms() - now_ms;
}

static bool is_short(const struct upload *u)
{
	for (size_t i = 0; i < u->options.collector_count; i++)
		if (lanes_is_short(&u->collectors[i].lanes))
			return true;
	return false;
}

/* A look costs little for a few segments, and is rare for many. */
static void look_when_due(struct upload *u, int64_t now_ms)
{
	const int64_t between_ms = u->look_cost_ms * LOOK_SHARE > LOOK_MS ? u->look_cost_ms * LOOK_SHARE : LOOK_MS;
	struct timespec now;

	if (u->looked_ms && now_ms < u->looked_ms + between_ms)
		return;
	int64_t changed_ns = spool_changed_ns(u->spool);
	if (u->looked_ms && changed_ns == u->changed_ns && !is_short(u) && now_ms < u->again_ms &&
		now_ms < u->looked_ms + LOOK_ANYWAY_MS)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	/* changed just now: it may be again within the same tick of the clock */
	int64_t ago_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - changed_ns;
	u->changed_ns = ago_ns < TICK_NS ? 0 : changed_ns;
	look(u, now_ms);
}

/* --- what is remembered --- */

/* With one collector what it has is gone from the spool. */
static void write_taken(struct upload *u)
{
	for (size_t i = 0; u->options.collector_count > 1 && i < u->options.collector_count; i++) {
		struct collector *c = &u->collectors[i];
		AUTO(buf_done) struct buf text = {0};

		if (!c->taken.changed)
			continue;
		taken_print(&c->taken, &text);
		c->taken.changed =
			text.failed || spool_write_text(u->spool, c->taken_file, buf_str(&text), text.len, &u->trouble) < 0;
	}
}

static void keep_house(struct upload *u, int64_t now_ms)
{
	if (now_ms < u->written_ms + (u->stale ? STATUS_MS : STATUS_ANYWAY_MS))
		return;
	u->written_ms = now_ms;
	u->stale = false;
	write_taken(u);
	(void)!upload_status(u, &u->trouble);
}

/* --- the loop --- */

static void end_transfer(struct upload *u, CURL *curl, CURLcode code)
{
	for (size_t i = 0; i < u->options.collector_count; i++)
		for (int channel = 0; channel < CHANNEL_COUNT; channel++)
			if (u->collectors[i].channels[channel].transfer.curl == curl)
				collector_ended(&u->collectors[i], u, (enum channel)channel, code);
}

/* Whether there were any: then there is something to begin, and no time to wait. */
static bool end_transfers(struct upload *u)
{
	CURLMsg *message;
	int left;
	bool any = false;

	while ((message = curl_multi_info_read(u->multi, &left)))
		if (message->msg == CURLMSG_DONE) {
			end_transfer(u, message->easy_handle, message->data.result);
			any = true;
		}
	return any;
}

static int wait_ms(const struct upload *u, int64_t now_ms)
{
	int64_t due_ms = now_ms + WAIT_MS;

	for (size_t i = 0; i < u->options.collector_count; i++) {
		int64_t this_ms = collector_due_ms(&u->collectors[i]);

		due_ms = this_ms < due_ms ? this_ms : due_ms;
	}
	return due_ms > now_ms ? (int)(due_ms - now_ms) : 0;
}

int upload_run(struct upload *u, const volatile sig_atomic_t *stop, struct err *e)
{
	int running, rc = 0;

	while (!*stop && rc == 0) {
		int64_t now_ms = upload_now_ms();

		look_when_due(u, now_ms);
		for (size_t i = 0; i < u->options.collector_count; i++)
			collector_work(&u->collectors[i], u, now_ms);
		if (curl_multi_perform(u->multi, &running) != CURLM_OK ||
			(!end_transfers(u) &&
				curl_multi_poll(u->multi, NULL, 0, wait_ms(u, upload_now_ms()), NULL) != CURLM_OK))
			rc = err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
		keep_house(u, now_ms);
	}
	write_taken(u);
	(void)!upload_status(u, &u->trouble);
	return rc;
}
