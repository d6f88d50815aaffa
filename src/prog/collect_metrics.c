#include "prog/collect_metrics.h"

#include "prog/sensors_print.h"
#include "ship/wire.h"

#include <inttypes.h>

enum { DAY_S = 86400, RETRY_S = 30 };

static void add_requests(const struct collect *c, struct buf *out)
{
	buf_text(out, "# HELP teiten_collect_requests_total requests that were answered since the start\n"
		      "# TYPE teiten_collect_requests_total counter\n");
	for (enum collect_verdict v = 0; v < COLLECT_VERDICT_COUNT; v++)
		buf_printf(out, "teiten_collect_requests_total{verdict=\"%s\"} %" PRIu64 "\n", collect_verdict_name(v),
			collect_count(c, v));
}

/* With a connection of its own: any thread. */
static int gather(const struct prog *p, int64_t now_s, struct sensor_states *ret, struct err *e)
{
	struct prog own = *p;

	own.store = NULL;
	*ret = (struct sensor_states){0};
	int rc = prog_connect(p, &own.store, e);
	if (rc == 0)
		rc = sensors_gather(&own, (struct span){now_s - DAY_S, now_s + 1}, ret, e);
	store_close(own.store);
	return rc;
}

static void answer(struct collect_request *r)
{
	const struct collect_metrics_context *context = r->context;
	AUTO(sensor_states_done) struct sensor_states all = {0};
	struct err e = {0};

	int rc = gather(context->prog, r->now_s, &all, &e);
	if (rc < 0) {
		collect_decide(r, WIRE_UNAVAILABLE, RETRY_S, "%s", e.text);
		return;
	}
	r->reply.status = WIRE_OK;
	r->reply.type = "text/plain; version=0.0.4";
	sensors_metrics(&all, r->now_s, &r->reply.body);
	add_requests(r->collect, &r->reply.body);
}

const struct collect_route collect_metrics[COLLECT_METRICS_ROUTES] = {
	{.method = "GET", .path = "/metrics", .where = COLLECT_PLAIN, .answer = answer},
};
