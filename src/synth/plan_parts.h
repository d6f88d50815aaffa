/* The steps of a plan. */
#pragma once

#include "synth/plan.h"

/* Makes the accesses of period p: the indices (!) of service and country, the phenomenon; exactly
 * as many per service and per country as the scenario says, fixed pairs exactly, the rest of the
 * joint distribution by chance. */
int plan_join(const struct scenario *s, size_t p, struct random *r, struct items *ret,
	struct err *e) MUST_USE;
int plan_tail(const struct scenario *s, struct random *r, struct tail *ret, struct err *e) MUST_USE;
/* A port above 1023 that no line of the scenario has: where answers to spoofed packets go. */
uint32_t plan_tail_port(const struct tail *tail, uint8_t protocol, struct random *r);
/* Fills in service, time, target, source and style of every access; plan->periods[p] holds what
 * plan_join() made. */
int plan_fill(const struct scenario *s, struct plan *plan, size_t p, struct random *r,
	struct err *e) MUST_USE;
/* Makes some accesses odd and adds the frames that are none. */
int plan_odd(const struct scenario *s, struct plan *plan, size_t p, struct random *r,
	struct err *e) MUST_USE;
/* Whether the sensor is in service then, and not in an outage. */
bool plan_is_observed(const struct sensor *sensor, int64_t ts_ns);
