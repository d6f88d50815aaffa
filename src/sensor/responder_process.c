#include "sensor/responder_process.h"

#include "base/text.h"
#include "sensor/child.h"
#include "sensor/filter.h"
#include "sensor/guard.h"
#include "sensor/responder.h"

#include <inttypes.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>

enum { RING_BYTES = 16 << 20, RETIRE_MS = 1, BURST_S = 2 };

static const int calls[] = {SCMP_SYS(sendmmsg), SCMP_SYS(getsockopt)};

/* The same packets as the capture hears, each at once. */
static int open_ring(const struct sensor_config *c, struct ring **ret, struct err *e)
{
	AUTO(free) struct filter *filter = malloc(sizeof(*filter));

	if (!filter)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	int rc = filter_make(c->addresses, c->address_count, false, filter, e);
	const struct ring_options options = {.interface = c->settings.interface,
		.filter = filter->code,
		.filter_len = filter->len,
		.bytes = RING_BYTES,
		.retire_ms = RETIRE_MS};
	return rc < 0 ? rc : ring_open(&options, ret, e);
}

static struct limit_rate rate_of(uint64_t per_second)
{
	const uint64_t burst = per_second * BURST_S;

	return (struct limit_rate){
		(uint32_t)per_second, (uint32_t)(burst < LIMIT_RATE_MAX ? burst : LIMIT_RATE_MAX)};
}

/* What the machine itself serves or asks for (silence: host). */
static size_t find_exceptions(
	const struct sensor_config *c, struct respond_exception ret[SENSOR_ACCEPTS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < c->accept_count; i++)
		if (c->accepts[i].protocol == PROTOCOL_TCP)
			ret[count++] = (struct respond_exception){.from = c->accepts[i].from,
				.port = c->accepts[i].port,
				.from_port = c->accepts[i].from_port};
	return count;
}

static int make_respond(const struct sensor_config *c, struct respond_exception *exceptions,
	struct respond **ret, struct err *e)
{
	const struct sensor_settings *s = &c->settings;
	struct respond_options options = {.addresses = c->addresses,
		.address_count = c->address_count,
		.exceptions = exceptions,
		.exception_count = find_exceptions(c, exceptions),
		.rates = {rate_of(s->source_pps), rate_of(s->network_pps), rate_of(s->total_pps)},
		.half = strcmp(s->react, "half") == 0,
		.echo = s->ping};

	if (getrandom(options.key, sizeof(options.key), 0) != (ssize_t)sizeof(options.key))
		return err_set(e, errno, TR("no random numbers: %m", "乱数が得られません: %m"));
	*ret = respond_new(&options);
	explicit_bzero(&options, sizeof(options));
	return *ret ? 0 : err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
}

static int guard(const struct sensor_config *c, struct err *e)
{
	int abi, rc = guard_files(NULL, 0, &abi, e);

	if (rc == 0)
		rc = guard_calls(calls, ARRAY_SIZE(calls), e);
	if (rc == 0)
		fprintf(stderr,
			"teiten-sensor: state=answering react=%s source=%" PRIu64
			" network=%" PRIu64 " total=%" PRIu64 " landlock=%d\n",
			c->settings.react, c->settings.source_pps, c->settings.network_pps,
			c->settings.total_pps, abi);
	return rc;
}

int responder_process(const struct sensor_config *c, int ready_fd, struct err *e)
{
	const volatile sig_atomic_t *stop = child_stop();
	struct respond_exception exceptions[SENSOR_ACCEPTS_MAX];
	AUTO(ring_close) struct ring *ring = NULL;
	AUTO(respond_free) struct respond *respond = NULL;
	AUTO(close) int fd = -1;

	int rc = open_ring(c, &ring, e);
	if (rc == 0)
		rc = responder_socket(c->settings.interface, &fd, e);
	if (rc == 0)
		rc = guard_user(c->settings.user, "users.capture", e);
	if (rc == 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* a change of user clears it */
	if (rc == 0)
		rc = make_respond(c, exceptions, &respond, e);
	if (rc == 0)
		rc = guard(c, e);
	if (rc < 0)
		return rc;
	if (write(ready_fd, "", 1) != 1)
		return err_set(e, EPIPE, TR("the parent is gone", "親プロセスがなくなりました"));
	return responder_run(respond, ring, fd, stop, e);
}
