/* What can be asked of a collector: one row each. */
#include "base/text.h"
#include "collect/heartbeat.h"
#include "collect/parts.h"
#include "collect/post.h"
#include "ship/wire.h"

#include <string.h>

static void health_answer(struct collect_request *r)
{
	struct err e = {""};

	if (collect_healthy(r->collect, &e) < 0)
		collect_decide(r, WIRE_UNAVAILABLE, RETRY_SOON_S, "%s", e.text);
	else
		collect_decide(r, WIRE_OK, 0, "ok");
}

static const struct collect_route routes[] = {
	{.method = "PUT", .path = WIRE_SEGMENTS, .where = COLLECT_TLS | COLLECT_PROXIED, .sensor = true,
		.body_max = WIRE_BODY_MAX, .begin = post_begin, .data = post_data, .answer = post_answer, .end = post_end},
	{.method = "PUT", .path = WIRE_HEARTBEAT, .where = COLLECT_TLS | COLLECT_PROXIED, .sensor = true,
		.body_max = WIRE_HEARTBEAT_MAX, .answer = heartbeat_answer},
	/* where sensors are heard, whoever is revoked learns nothing */
	{.method = "GET", .path = WIRE_HEALTH, .where = COLLECT_TLS | COLLECT_PROXIED, .sensor = true, .answer = health_answer},
	{.method = "GET", .path = WIRE_HEALTH, .where = COLLECT_PLAIN, .answer = health_answer},
};

static bool has_path(const struct collect_route *route, const char *path)
{
	size_t len = strlen(route->path);

	return route->path[len - 1] == '/' ? strncmp(route->path, path, len) == 0 : strcmp(route->path, path) == 0;
}

static const struct collect_route *find_among(const struct collect_route *all, size_t count, enum collect_listener where,
	const char *method, const char *path, bool *ret_other)
{
	for (size_t i = 0; i < count; i++) {
		if (!(all[i].where & where) || !has_path(&all[i], path))
			continue;
		if (strcmp(all[i].method, method) == 0)
			return &all[i];
		*ret_other = true;
	}
	return NULL;
}

const struct collect_route *route_find(const struct collect *c, enum collect_listener where, const char *method,
	const char *path, bool *ret_other)
{
	*ret_other = false;
	const struct collect_route *own = find_among(routes, ARRAY_SIZE(routes), where, method, path, ret_other);

	return own ? own : find_among(c->options.routes, c->options.route_count, where, method, path, ret_other);
}
