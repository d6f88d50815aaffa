/* From the command line's options to a context: settings, time zone, plant, clock. */
#pragma once

#include "base/options.h"
#include "prog/prog.h"

/* Reads teiten.yaml (--config, TEITEN_CONFIG, ./teiten.yaml, /etc/teiten/teiten.yaml; none is
 * fine), then --set. */
int prog_start(struct prog *p, const struct options *options, struct err *e) MUST_USE;
/* Sets now_s: from TEITEN_NOW, or the clock. */
int prog_clock(struct prog *p, struct err *e) MUST_USE;
void prog_done(struct prog *p);
