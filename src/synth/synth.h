/* A scenario (YAML) to captures with a known truth. Deterministic by seed. */
#pragma once

#include "base/err.h"
#include "geo/geo.h"

#include <stdint.h>

/* Writes captures below DIR and DIR/truth.json, and DIR/teiten.yaml, a configuration with the scenario's sensors. The truth is counted
 * while the packets are made, never by reading them back. */
int synth_run(const char *scenario_path, const char *folder, uint64_t seed, const struct geo *geo, struct err *e) MUST_USE;
