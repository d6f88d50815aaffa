/* A scenario (YAML) to captures with a known truth. Deterministic by seed. */
#pragma once

#include "base/err.h"
#include "geo/geo.h"

#include <stdint.h>

/* Writes captures below DIR/captures, DIR/truth.json, and DIR/teiten.yaml, a configuration with the
 * scenario's sensors (the language and the files: teiten-scenario(5)). The truth is counted from
 * the plan and while the packets are made, never by reading them back. seed 0 takes the scenario's
 * own. The same scenario, seed and country data give the same bytes. Sets the process's time zone
 * to the scenario's. */
int synth_run(const char *scenario_path, const char *folder, uint64_t seed, const struct geo *geo,
	struct err *e) MUST_USE;
