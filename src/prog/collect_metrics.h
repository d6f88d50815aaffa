/* GET /metrics of teiten collect, for supervision: each sensor's state and losses, and what was answered. */
#pragma once

#include "collect/collect.h"
#include "prog/prog.h"

/* The context of collect_options must begin with it. */
struct collect_metrics_context {
	const struct prog *prog;
};

enum { COLLECT_METRICS_ROUTES = 1 };
extern const struct collect_route collect_metrics[COLLECT_METRICS_ROUTES];
