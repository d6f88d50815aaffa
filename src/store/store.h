/* Rows to ClickHouse and answers back, always over HTTP: a server (clickhouse://, clickhouses:// or http(s)://) or the
 * packaged engine, which store_open() finds or starts for a folder. The only folder that knows SQL together with analysis,
 * which brings its questions as .sql files. */
#pragma once

#include "base/err.h"
#include "flow/rows.h"
#include "observe/plant.h"

#include <stdbool.h>

struct store;

/* How far the tables of an older store are brought up to date. */
struct migration {
	uint64_t from, to;    /* schemas */
	uint64_t done, total; /* steps; a month of a table is one */
};

struct store_options {
	const char *where;          /* setting `store` */
	const char *engine_program; /* path of teiten-engine */
	const char *engine_library; /* path of libchdb.so */
	uint64_t engine_mib;
	uint64_t engine_idle_s;
	/* for a server: */
	const char *compression;    /* "zstd", "none"; "auto" or NULL: zstd unless it is on this machine */
	uint64_t retry_s;           /* how long requests are repeated after the connection broke */
	uint64_t silence_s;         /* after which it counts as broken; 0: never */
	bool create;                /* make the folder and the tables when they are not there; else that is an error */
	/* Called before the first step of a migration, which may take minutes, and after each; NULL: not. */
	void (*migrating)(void *context, const struct migration *migration);
	void *context;
};

/* Opens, creates or migrates. Several processes may have one store open. While it is open the engine of a folder does not stop
 * for idleness, and is started again when it crashed; a server that answered once is given retry_s seconds to come back whenever
 * it is gone, cannot be reached or has too much to do. Errors: -ENOENT no store there (and not create), or the server has no
 * such database; -EINVAL where is no address; -EACCES user or password refused; -EBUSY the folder belongs to another engine
 * that is not ours; -EPROTO server too old or newer schema than this program knows; -EIO engine does not start or the server
 * does not answer. */
int store_open(const struct store_options *options, struct store **ret, struct err *e) MUST_USE;
void store_close(struct store *s);
AUTO_RELEASE(struct store, store_close);
/* The folder of an embedded store (archive and keys live there too); NULL for a server. */
const char *store_folder(const struct store *s);

/* --- questions: one .sql text, values only as bound parameters {name:Type} ------------------------------------------ */

struct param {
	const char *name;
	const char *value; /* plain text, escaped for the wire by store_query(); arrays, which the SQL must use as {name:Array(...)},
	                    * as ClickHouse writes them: [1,2] or ['it\'s','x'] */
};

struct result {
	size_t rows, columns;
	char **cells; /* rows * columns, unescaped text, NULL for \N; owned */
	char *memory;
};

/* Runs one statement; its answer as text cells (TabSeparated). It may run several times when the connection breaks. Errors: -ENOSPC,
 * -ENOMEM (of the server), -EACCES, -ENOENT (unknown table), -EIO all others; one line. A question to an engine of ours may use
 * six tenths of its memory. */
int store_query(struct store *s, const char *sql, const struct param *params, size_t count, struct result *ret,
	struct err *e) MUST_USE;
/* The same after -ENOMEM: groups that do not fit into memory go to disk. */
int store_query_on_disk(struct store *s, const char *sql, const struct param *params, size_t count, struct result *ret,
	struct err *e) MUST_USE;
/* The same for statements without an answer. */
int store_execute(struct store *s, const char *sql, const struct param *params, size_t count, struct err *e) MUST_USE;
void result_done(struct result *r);
static inline void auto_result_done(struct result *r)
{
	result_done(r);
}
const char *result_cell(const struct result *r, size_t row, size_t column); /* "" for \N */
uint64_t result_u64(const struct result *r, size_t row, size_t column);

/* --- ingest: exactly once ------------------------------------------------------------------------------------------ */

enum { DIGEST_TEXT = 65 }; /* 64 hex digits and the terminator */

/* A capture file or a sensor's segment, as the ledger `segment` knows it. */
struct segment {
	char digest[DIGEST_TEXT]; /* SHA-256 of its decompressed bytes: its identity */
	char name[256];           /* file name, for people */
	char archive[256];        /* path below the archive folder, "" when not kept */
	char origin[1024];        /* absolute path it came from, "" for standard input */
	char sensor[72];          /* --sensor, "" when all configured sensors were looked at */
	uint64_t bytes;           /* decompressed; 0 when not known */
	int64_t first_s, last_s;  /* of its frames; 0, 0 when it has none */
	uint64_t frames, accesses, oddities;
	uint64_t not_ip, left_sensor, no_sensor, out_of_service; /* frames that are no access, by reason */
	uint64_t dropped;         /* by the capturing system, as the file says */
	uint64_t rows;            /* of `access` */
	uint64_t blocks;          /* of them, as sent */
	bool cut_off;
	bool complete;
};

/* One sensor's part of a segment. */
struct coverage {
	char sensor[72];
	int64_t from_s, to_s;     /* first to last frame of the segment, to_s exclusive */
	uint64_t addresses;
	uint64_t packets, dropped, lost;
	bool inferred;
	bool posted; /* by the sensor itself: it says when it observed, packets or not; ignored where coverage is put */
};

/* What the ledger knows of a digest: -ENOENT nothing, 0 with ret->complete telling how far it came. */
int store_segment_find(struct store *s, const char *digest, struct segment *ret, struct err *e) MUST_USE;
/* How long each segment is and what time it spans (as far as it came), earliest first, to recognise the beginning of a
 * capture; *ret owned by the caller; returns the number. */
struct segment_length {
	uint64_t bytes;
	int64_t first_s, last_s; /* 0, 0 when none of its frames has a byte */
	bool complete;
	char digest[DIGEST_TEXT];
};
int store_segment_lengths(struct store *s, struct segment_length **ret, struct err *e) MUST_USE;
/* The files that segments were taken from, sorted (as bytes): absolute path, 1 when it was taken in whole. */
int store_segment_origins(struct store *s, struct result *ret, struct err *e) MUST_USE;
/* All segments that were begun and not completed; *ret owned by the caller; returns the number. */
int store_segments_open(struct store *s, struct segment **ret, struct err *e) MUST_USE;
/* Before the first block: from here on answers that touch its time say that it is incomplete. Also when a begun one is
 * taken up again. first_s..last_s must be set; counts may still be 0. */
int store_segment_begin(struct store *s, const struct segment *segment, struct err *e) MUST_USE;
/* Block number `index` (from 0) of the segment, with its payloads. The same block sent again changes nothing (insert tokens
 * digest:index), before and after a crash. The plant gives sensor names. The same segment must be cut into the same blocks each
 * time: -ESTALE when a block differs from what was noted before (other settings or place data since a crash), or when a
 * crash is so long ago that it cannot be told any more whether its last block is in. An empty block is nothing. */
int store_insert_block(struct store *s, const struct segment *segment, uint64_t index, const struct block *block,
	const struct plant *plant, struct err *e) MUST_USE;
/* No block follows soon: gives back the memory that was kept for the next one. */
void store_insert_end(struct store *s);
/* The most memory that store_insert_block() takes for a block of that size, in bytes, beside the block. */
uint64_t store_block_memory(size_t rows, size_t payload_bytes, size_t detections);
/* Before store_segment_complete(), when not all of the segment is in the store as it came (flow_approximations()). The same
 * times again replace what was noted before. */
int store_segment_approximate(struct store *s, const struct segment *segment, const struct approximation *list, size_t count,
	struct err *e) MUST_USE;
/* After the last block: coverage and the final numbers; from here on it counts as complete. */
int store_segment_complete(struct store *s, const struct segment *segment, const struct coverage *coverage, size_t count,
	struct err *e) MUST_USE;

/* --- signatures: which were loaded, and which captures they judged --------------------------------------------------- */

struct ruleset {
	char digest[DIGEST_TEXT]; /* of all that was loaded: two sets of the same digest match the same */
	int64_t loaded_s;         /* when it was loaded last */
	uint64_t signatures;      /* in force */
	uint64_t disabled, refused;
};

struct ruleset_file {
	char digest[DIGEST_TEXT]; /* of the set; filled in by store_ruleset_put() */
	char name[256];
	char edition[72];         /* what the file calls its version, for people */
	uint64_t signatures, refused;
};

/* Before the first capture is judged by it; the same one again replaces what was noted. */
int store_ruleset_put(struct store *s, const struct ruleset *set, const struct ruleset_file *files, size_t count,
	struct err *e) MUST_USE;
/* Before the segment's first block: its detections are the word of that set. */
int store_segment_judged(struct store *s, const struct segment *segment, const char *ruleset, struct err *e) MUST_USE;
/* The sets that captures of [from, to) were judged by, the last loaded one first; *ret owned by the caller. Returns the number. */
int store_rulesets(struct store *s, int64_t from_s, int64_t to_s, struct ruleset **ret, struct err *e) MUST_USE;
/* How many captures of [from, to) have accesses and were judged by no set: they came in without signatures. */
int store_unjudged(struct store *s, int64_t from_s, int64_t to_s, uint64_t *ret, struct err *e) MUST_USE;
/* The files of a set by name; *ret owned by the caller. Returns the number. */
int store_ruleset_files(struct store *s, const char *digest, struct ruleset_file **ret, struct err *e) MUST_USE;

/* The digest of the set that `teiten rules reload` last asked running imports to load; "" when it never did. */
int store_reload_mark(struct store *s, char ret[DIGEST_TEXT], struct err *e) MUST_USE;
int store_reload_mark_set(struct store *s, const char *digest, struct err *e) MUST_USE;

/* Sensors that are known by captures only (--addresses, inferred): the union of their addresses over all imports. */
int store_sensor_add(struct store *s, const char *name, const struct prefix *prefixes, size_t count, bool inferred,
	struct err *e) MUST_USE;
/* Adds them to the plant unless the configuration has the name. */
int store_sensors_load(struct store *s, struct plant *plant, struct err *e) MUST_USE;
/* Every sensor's coverage by captures, intervals merged, sorted by sensor and time; *ret owned by the caller. Returns the
 * number. packets, dropped and lost are sums of the interval. */
int store_coverage(struct store *s, int64_t from_s, int64_t to_s, struct coverage **ret, struct err *e) MUST_USE;
/* How much of two periods (the same one twice: of one) is not in the store as it came, over all segments: the sums of all times
 * that touch them. */
int store_approximation(struct store *s, struct span period, struct span versus, struct approximation *ret,
	struct err *e) MUST_USE;
/* Segments of a time range, newest last; *ret owned by the caller. */
int store_segments(struct store *s, int64_t from_s, int64_t to_s, struct segment **ret, struct err *e) MUST_USE;
/* The zone whose days the column `day` holds: set at creation (first store_open with create), then fixed. Opening a store
 * with another zone in force is no error here: ask and compare with zone_name(). */
const char *store_zone(const struct store *s);
