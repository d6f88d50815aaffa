/* What a packet becomes: observe - session - rules, the same for import, --no-store and packets, so that they agree about
 * every access. */
#pragma once

#include "observe/observe.h"
#include "prog/account.h"
#include "prog/matching.h"

struct rulebook;

/* An access as it goes on to places and counting. A client's first payload comes when its burst is whole (session/burst.h),
 * all others at once. */
struct judged {
	struct access access;
	const uint32_t *rules; /* whose detections it is, ascending (rulebook.h: detections[]), each once */
	size_t rule_count;
	uint64_t frame; /* its number in the capture */
};

/* Takes an access that is ready, and may complete it (places, groups); all of it lives until the function returns. */
typedef void observer_out(void *owner, struct judged *seen);

struct observer_setup {
	const struct matching *matching;
	const struct rulebook *rulebook; /* NULL: none */
	struct labels *labels;		     /* that accesses get their tags from; NULL: they get none, nor names of groups */
	bool without_bursts;	     /* nobody asks what a client sends after its handshake: each packet goes out at once */
	observer_out *out;
	void *owner;
};

struct observer;

/* For one capture and one thread. All that is named must live as long. */
int observer_new(const struct observer_setup *setup, struct observer **ret, struct err *e) MUST_USE;
void observer_free(struct observer *o);
AUTO_RELEASE(struct observer, observer_free);
/* About what it takes at most, without the scratch of its rules, in bytes. */
uint64_t observer_memory(void);

/* The next packet of the capture, sent or received: what it is; of an access, which. */
static inline enum verdict observer_look(
	const struct observer_setup *s, const struct packet *p, uint64_t frame, struct judged *ret)
{
	ret->frame = frame;
	return observe(s->matching->plant, s->matching->only, s->labels, p, &ret->access);
}
/* Frames of one sensor or many, one after the other: decoded, looked at, counted, with their places (geo); then as
 * observer_take(). Some at a time, so that look-ups of places wait for memory side by side (50 ns an access become 15). Their
 * numbers are what the account counted before them. */
void observer_frames(struct observer *o, const struct prog *prog, const struct geo *geo, struct account *account,
	const struct frame *frames, size_t count);
/* The same packet with what was seen: gives out what is ready. */
void observer_take(struct observer *o, const struct packet *p, enum verdict verdict, struct judged *seen);
/* Gives out what still waits: the capture ended. */
void observer_end(struct observer *o);
