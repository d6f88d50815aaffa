/* One line on a terminal that is drawn again and again: bytes, packets/s, time left. Nothing where
 * stderr is no terminal. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool shown;	  /* stderr is a terminal */
	const char *what; /* file name */
	const char *doing;   /* what is done with it now */
	int64_t started_ns, phase_ns, drawn_ns;
};

void progress_start(struct progress *p, const char *what);
/* From here on something else is done with it (a word for the line), from its beginning. */
void progress_phase(struct progress *p, const char *doing);
/* done and total in bytes of the input (total 0: unknown); packets so far (0: not told). Draws at most ten times
 * a second. */
void progress_draw(struct progress *p, uint64_t done, uint64_t total, uint64_t packets);
/* Wipes the line. Returns the seconds since the start. */
double progress_stop(struct progress *p);
