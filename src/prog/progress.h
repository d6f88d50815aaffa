/* One line on a terminal that is drawn again and again: bytes, packets/s, time left. Nothing where
 * stderr is no terminal. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line for many files, some of them at the same time. Any thread. */
struct progress_all {
	pthread_mutex_t lock; /* of all below, and of the line */
	bool shown;
	size_t files, files_done;
	double bytes, bytes_done; /* of the files; half of it when a file is read, half when it is taken in */
	uint64_t packets;
	int64_t started_ns, drawn_ns;
};

void progress_all_start(struct progress_all *all, size_t files, uint64_t bytes);
/* Around other lines for the terminal: wipes the line, and keeps it away. */
void progress_all_hide(struct progress_all *all);
void progress_all_show(struct progress_all *all);
/* Wipes the line. Returns the seconds since the start. */
double progress_all_stop(struct progress_all *all);

struct progress {
	struct progress_all *all; /* NULL: a line of its own */
	double weight;		  /* bytes of the file, in that of all */
	double credited;	  /* of them, in all->bytes_done */
	uint64_t packets;	  /* in all->packets */
	int phases;
	bool shown;	  /* stderr is a terminal */
	const char *what; /* file name */
	const char *doing;   /* what is done with it now */
	int64_t started_ns, phase_ns, drawn_ns;
};

void progress_start(struct progress *p, const char *what);
/* The same as a part of the line for all; bytes of the file. all may be NULL. */
void progress_join(struct progress *p, const char *what, struct progress_all *all, uint64_t bytes);
/* From here on something else is done with it (a word for the line), from its beginning. */
void progress_phase(struct progress *p, const char *doing);
/* done and total in bytes of the input (total 0: unknown); packets so far (0: not told). Draws at most ten times
 * a second. */
void progress_draw(struct progress *p, uint64_t done, uint64_t total, uint64_t packets);
/* The same of steps of any kind, each of them drawn. */
void progress_step(struct progress *p, uint64_t done, uint64_t total);
/* Wipes the line. Returns the seconds since the start. */
double progress_stop(struct progress *p);
