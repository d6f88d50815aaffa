/* HTTP of the collector: listeners, who asks, and the calls of the routes. libmicrohttpd calls from its threads; a request stays
 * on one of them. Each thread serves its connections in turn, so what takes time (the disk) is done by several. */
#include "base/text.h"
#include "collect/ca.h"
#include "collect/files.h"
#include "collect/parts.h"
#include "collect/post.h"
#include "ship/wire.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

enum {
	/* Head of a request, with a certificate in it behind nginx, and pieces of a body. */
	CONNECTION_BYTES = 32 << 10,
	/* A sensor speaks every few seconds; connections stay open in between. */
	SILENCE_S = 120,
	/* A body that takes longer is nobody's with a line of use. */
	BODY_S = 600,
	/* What is let pass of a body whose fate is decided, so that the sender hears why. */
	PASS_BYTES = 16 << 20,
	CERTIFICATE_BYTES = 8 << 10,
	STACK_BYTES = 512 << 10,
};

/* Certificate and key of the server, and the authority of sensors' certificates. */
struct credentials {
	char *certificate, *key, *authority;
};

static void auto_credentials_done(struct credentials *c)
{
	if (c->key)
		explicit_bzero(c->key, strlen(c->key));
	free(c->certificate);
	free(c->key);
	free(c->authority);
}

/* --- what routes call --- */

const char *collect_header(const struct collect_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

void collect_decide(struct collect_request *r, unsigned int status, unsigned int retry_s, const char *format, ...)
{
	va_list args;

	if (r->reply.status)
		return;
	r->reply.status = status;
	r->reply.retry_s = retry_s;
	va_start(args, format);
	buf_vprintf(&r->reply.body, format, args);
	va_end(args);
	buf_char(&r->reply.body, '\n');
}

/* --- who it is --- */

static int digest_of_session(const struct collect_request *r, uint8_t ret[SEGMENT_DIGEST])
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned int count = 0, len;
	const gnutls_datum_t *shown = info ? gnutls_certificate_get_peers(info->tls_session, &count) : NULL;

	if (!shown || count == 0)
		return -ENOENT;
	return EVP_Digest(shown[0].data, shown[0].size, ret, &len, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

/* nginx hands the PEM on percent-encoded. */
static int digest_of_header(const struct collect_request *r, uint8_t ret[SEGMENT_DIGEST])
{
	const char *header = collect_header(r, WIRE_CLIENT_CERT);
	char pem[CERTIFICATE_BYTES];
	struct err unused = {""};

	if (!header || strlen(header) >= sizeof(pem))
		return -ENOENT;
	snprintf(pem, sizeof(pem), "%s", header);
	return ca_digest(pem, MHD_http_unescape(pem), ret, &unused);
}

static void refuse(struct collect_request *r, enum allow_verdict verdict, const struct allow_entry *entry)
{
	static const struct {
		const char *en, *ja;
	} lines[] = {
		[ALLOW_UNKNOWN] = {"this certificate is not of a sensor of this collector", "この収集側のセンサーの証明書ではありません"},
		[ALLOW_REVOKED] = {"this certificate was revoked", "この証明書は失効しています"},
		[ALLOW_EXPIRED] = {"this certificate has expired: teiten sensor add makes another",
			"この証明書は期限切れです。teiten sensor add で作り直せます"},
	};

	collect_decide(r, WIRE_FORBIDDEN, RETRY_LATER_S, "%s%s%s", entry->sensor, entry->sensor[0] ? ": " : "",
		TR(lines[verdict].en, lines[verdict].ja));
}

/* Sets the desk, or decides. */
static void identify(struct collect_request *r, enum collect_listener where)
{
	uint8_t digest[SEGMENT_DIGEST];
	struct allow_entry entry = {0};
	enum allow_verdict verdict;
	struct err e = {""};

	int rc = where == COLLECT_PROXIED ? digest_of_header(r, digest) : digest_of_session(r, digest);
	if (rc < 0) {
		collect_decide(r, WIRE_FORBIDDEN, RETRY_LATER_S, "%s", TR("no certificate", "証明書がありません"));
		return;
	}
	rc = allow_live_ask(r->collect->allow, digest, r->now_s, &verdict, &entry, &e);
	if (rc == 0 && verdict != ALLOW_YES) {
		refuse(r, verdict, &entry);
		return;
	}
	if (rc == 0)
		rc = desks_get(&r->collect->desks, entry.sensor, &r->desk, &e);
	if (rc < 0)
		collect_decide(r, WIRE_UNAVAILABLE, RETRY_SOON_S, "%s", e.text);
}

/* --- one request --- */

static uint64_t announced(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	char *end;

	if (!text)
		return UINT64_MAX;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	return errno || *end ? UINT64_MAX - 1 : value;
}

static struct collect_request *request_new(struct listener *l, struct MHD_Connection *connection, const char *path)
{
	struct collect_request *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	*r = (struct collect_request){.collect = l->collect, .context = l->collect->options.context, .path = path,
		.connection = connection, .now_s = time(NULL), .announced = announced(connection)};
	r->reply.body.max = 1 << 24;
	return r;
}

static void request_begin(struct collect_request *r, struct listener *l, const char *method)
{
	bool other;

	r->route = route_find(r->collect, l->kind, method, r->path, &other);
	if (!r->route) {
		collect_decide(r, other ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND, 0, "%s",
			other ? TR("not by this method", "この方法では使えません") : TR("there is nothing here", "ここには何もありません"));
		return;
	}
	r->body.max = r->route->body_max + 1;
	if (r->route->sensor)
		identify(r, l->kind);
	if (!r->reply.status && r->announced != UINT64_MAX && r->announced > r->route->body_max)
		collect_decide(r, WIRE_TOO_LARGE, 0, TR("more than %zu bytes", "%zu バイトを超えています"), r->route->body_max);
	if (!r->reply.status && r->route->begin)
		r->route->begin(r);
}

static void request_data(struct collect_request *r, const void *data, size_t len)
{
	r->received += len;
	if (!r->reply.status && r->received > r->route->body_max)
		collect_decide(r, WIRE_TOO_LARGE, 0, TR("more than %zu bytes", "%zu バイトを超えています"), r->route->body_max);
	if (r->reply.status)
		return;
	if (r->route->data)
		r->route->data(r, data, len);
	else
		buf_add(&r->body, data, len);
}

static enum MHD_Result send_reply(struct collect_request *r)
{
	struct collect_reply *reply = &r->reply;
	struct MHD_Response *response =
		MHD_create_response_from_buffer(reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
	char seconds[16];

	if (!response)
		return MHD_NO;
	MHD_add_response_header(
		response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type ? reply->type : "text/plain; charset=utf-8");
	snprintf(seconds, sizeof(seconds), "%u", reply->retry_s);
	if (reply->retry_s)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	enum MHD_Result result = MHD_queue_response(r->connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}

static void tell(struct collect_request *r, const char *method)
{
	const struct collect_options *o = &r->collect->options;
	enum collect_verdict verdict = collect_verdict_of(r->reply.status);
	char digest[SEGMENT_DIGEST_TEXT] = "", why[WIRE_LINE_MAX] = "";

	r->told = true;
	atomic_fetch_add(&r->collect->counts[verdict], 1);
	if (r->desk)
		desk_count(r->desk, verdict);
	if (r->reply.status == WIRE_OK)
		return;
	if (r->post && r->post->judged.size > 0)
		segment_hex(r->post->judged.record.digest, SEGMENT_DIGEST, digest);
	if (r->reply.status >= 300)
		snprintf(why, sizeof(why), "%.*s", (int)strcspn(buf_str(&r->reply.body), "\n"), buf_str(&r->reply.body));
	o->told(o->context,
		&(struct collect_event){.method = method, .path = r->path, .sensor = r->desk ? r->desk->sensor : "",
			.segment = r->post ? &r->post->name : NULL, .digest = digest, .status = r->reply.status, .why = why,
			.bytes = r->received, .ahead = r->post && r->post->judged.ahead});
}

/* What was decided before the body is answered at once when the sender waits for that, or when the body would be too much to let
 * pass; else behind it, because a sender that still sends does not hear. */
static bool answer_early(const struct collect_request *r)
{
	const char *expect = collect_header(r, MHD_HTTP_HEADER_EXPECT);

	return r->reply.status && (expect || (r->announced != UINT64_MAX && r->announced > PASS_BYTES));
}

static enum MHD_Result request_answer(struct collect_request *r, const char *method)
{
	if (!r->reply.status)
		r->route->answer(r);
	tell(r, method);
	return send_reply(r);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *len, void **state)
{
	struct listener *l = context;
	struct collect_request *r = *state;

	if (!r) {
		*state = r = request_new(l, connection, url);
		if (!r)
			return MHD_NO;
		request_begin(r, l, method);
		return answer_early(r) ? request_answer(r, method) : MHD_YES;
	}
	if (*len > 0) {
		request_data(r, data, *len);
		*len = 0;
		return r->received > PASS_BYTES || time(NULL) - r->now_s > BODY_S ? MHD_NO : MHD_YES;
	}
	return r->told ? MHD_YES : request_answer(r, method);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode why)
{
	struct collect_request *r = *state;

	if (!r)
		return;
	if (r->route && r->route->end)
		r->route->end(r);
	buf_done(&r->body);
	buf_done(&r->reply.body);
	free(r);
	*state = NULL;
}

/* Before the handshake: nobody gets to speak HTTP without a certificate of our authority that is valid now. */
static void on_connection(void *context, struct MHD_Connection *connection, void **state,
	enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	if (code != MHD_CONNECTION_NOTIFY_STARTED || !info)
		return;
	gnutls_certificate_server_set_request(info->tls_session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_cert(info->tls_session, NULL, 0);
}

/* --- listeners --- */

static int read_credentials(const struct collect *c, struct credentials *ret, struct err *e)
{
	const struct {
		const char *name;
		char **text;
	} files[] = {{CA_SERVER, &ret->certificate}, {CA_SERVER_KEY, &ret->key}, {CA_CERTIFICATE, &ret->authority}};
	size_t len;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		int rc = files_read(c->identity_fd, files[i].name, CA_FILE_MAX, files[i].text, &len, e);

		if (rc < 0)
			return err_set(e, -rc, "identity/%s: %s", files[i].name, strerror(-rc));
	}
	return 0;
}

static struct MHD_Daemon *start_daemon(struct listener *l, int fd, const struct credentials *own)
{
	const struct collect_options *o = &l->collect->options;
	unsigned int threads = l->kind == COLLECT_PLAIN ? 1 : o->threads;
	unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | (l->kind == COLLECT_TLS ? MHD_USE_TLS : 0);
	struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, own->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, own->key}, {MHD_OPTION_HTTPS_MEM_TRUST, 0, own->authority},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3"},
		{MHD_OPTION_END, 0, NULL}};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, l, MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_ARRAY, l->kind == COLLECT_TLS ? tls : none,
		MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
		MHD_OPTION_CONNECTION_LIMIT, o->connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, l->kind == COLLECT_TLS ? o->per_address : 0,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)SILENCE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL,
		MHD_OPTION_END);
}

static int start_listener(struct collect *c, struct listener *l, enum collect_listener kind, const char *where,
	struct err *e)
{
	AUTO(credentials_done) struct credentials own = {0};

	*l = (struct listener){.collect = c, .kind = kind};
	if (strcmp(where, "none") == 0)
		return 0;
	int rc = kind == COLLECT_TLS ? read_credentials(c, &own, e) : 0;
	if (rc < 0)
		return rc;
	int fd = listen_open(where, kind == COLLECT_PROXIED, l->address, e);
	if (fd < 0)
		return fd;
	l->daemon = start_daemon(l, fd, &own);
	if (l->daemon)
		return 0;
	close(fd);
	return err_set(e, EIO, TR("cannot serve at %s: %m", "%s でサービスを始められません: %m"), where);
}

int server_start(struct collect *c, struct err *e)
{
	const struct {
		enum collect_listener kind;
		const char *setting, *where;
	} all[LISTENERS] = {{COLLECT_TLS, "collect.listen", c->options.listen},
		{COLLECT_PROXIED, "collect.listen_proxied", c->options.listen_proxied},
		{COLLECT_PLAIN, "collect.listen_metrics", c->options.listen_metrics}};

	for (size_t i = 0; i < LISTENERS; i++) {
		int rc = start_listener(c, &c->listeners[i], all[i].kind, all[i].where, e);

		if (rc < 0)
			return err_context(e, rc, "%s: ", all[i].setting);
	}
	return 0;
}

void server_stop(struct collect *c)
{
	for (size_t i = 0; i < LISTENERS; i++) {
		struct listener *l = &c->listeners[i];

		if (!l->daemon)
			continue;
		MHD_stop_daemon(l->daemon);
		if (strchr(l->address, '/'))
			unlink(l->address);
	}
}
