/* What the files of this folder share. Private to it. */
#pragma once

#include "upload/answer.h"
#include "upload/lanes.h"
#include "upload/retry.h"
#include "upload/taken.h"
#include "upload/transfer.h"
#include "upload/upload.h"

/* What a collector is spoken to about, each by its own connection. */
enum channel { CHANNEL_LIVE = LANE_LIVE, CHANNEL_BACKLOG = LANE_BACKLOG, CHANNEL_HEARTBEAT, CHANNEL_COUNT };

/* Segments that failed each on its own: others go first for a while, so that none stands in the way. */
enum { HELD_MAX = 32 };

struct held {
	struct spool_name name;
	int64_t until_ms;
};

struct channel_state {
	struct transfer transfer;
	struct spool_name name; /* what is on its way */
	size_t len;
	int64_t from_ms; /* nothing starts before */
};

/* Both may fail alone: a collector without room hears heartbeats still. */
enum work { WORK_SEGMENTS, WORK_HEARTBEAT, WORK_COUNT };

struct work_state {
	struct retry retry;
	char trouble[512]; /* "" after success */
	int64_t troubled_s;
	bool forbidden;
};

/* What the collector knows of this sensor. */
enum known {
#define X(key, what) KNOWN_##key,
	WIRE_HEARD_KEYS(X)
#undef X
	KNOWN_COUNT
};

struct collector {
	const char *url;
	char taken_file[32]; /* below the spool */
	struct channel_state channels[CHANNEL_COUNT];
	struct work_state work[WORK_COUNT];
	struct lanes lanes;
	struct taken taken;
	struct held held[HELD_MAX];
	size_t held_next;

	/* for the status */
	uint64_t sent, sent_bytes, refused;
	int64_t answered_s;		  /* 0: never */
	int64_t known_s, known[KNOWN_COUNT]; /* when it said so, 0: never; -1: nothing */
};

struct upload {
	struct upload_options options;
	struct identity identity;
	struct spool *spool;
	CURLM *multi;
	struct collector *collectors; /* options.collector_count */
	int64_t started_s, looked_ms, look_cost_ms, changed_ns, written_ms;
	int64_t again_ms; /* something that was passed over may go then: look again */
	uint64_t rejected; /* segments in rejected/ */
	bool stale;	   /* the status is to be written */
	struct err trouble; /* with the spool; "" when there is none */
};

int64_t upload_now_ms(void);
uint32_t upload_random(void);
/* One line on standard error. */
void upload_say(const struct collector *c, const char *state, const char *why);

int collector_init(struct collector *c, struct upload *u, const char *url, struct err *e) MUST_USE;
void collector_done(struct collector *c);
/* Starts what is due. */
void collector_work(struct collector *c, struct upload *u, int64_t now_ms);
/* That transfer is done. */
void collector_ended(struct collector *c, struct upload *u, enum channel channel, CURLcode code);
/* When one of them has something to do that does not come by itself. */
int64_t collector_due_ms(const struct collector *c);
/* When the next of those that are held may go; INT64_MAX: there is none. */
int64_t collector_held_ms(const struct collector *c, int64_t now_ms);
/* A collector has that one, or never will: it leaves out/ when that is so of all. */
void upload_settle(struct upload *u, const struct spool_name *name);

/* The body of a heartbeat, and what came back. */
void heartbeat_make(const struct collector *c, const struct upload *u, struct buf *out);
void heartbeat_take(struct collector *c, const struct buf *answer);
/* "heard_s": in the order of enum known. */
const char *heartbeat_known_key(enum known known);
/* SPOOL/status-upload.json. */
int upload_status(struct upload *u, struct err *e) MUST_USE;
