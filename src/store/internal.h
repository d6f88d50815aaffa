/* What the files of this folder share. */
#pragma once

#include "store/http.h"
#include "store/local.h"
#include "store/rollup.h"
#include "store/store.h"

/* How many parts of blocks each table remembers the insert tokens of: 100,000 blocks of 500,000
 * rows, or a day of a hundred sensors that send a small segment each minute. */
#define STORE_WINDOW 100000

/* The tables that a block goes to at once, each over a connection of its own: payload, detection, access and the roll-ups. */
enum { STORE_LANES = 7 };

struct store {
	struct http http;
	struct http lanes[STORE_LANES]; /* curl NULL: not open now */
	struct local local; /* folder NULL: a server */
	char *zone;	    /* days of the column `day` */
	bool knows_settings;	     /* asked before the first block */
	bool has_deduplicate_insert; /* the server knows that setting */
	struct rollup_base base; /* of the block that is sent; its memory is used again for the next */
};

/* http_post(), for everything that may be done twice (which is everything here: questions, inserts
 * with tokens, ledger rows that replace each other). When the connection broke it is made again:
 * the engine of a folder is restarted if it is gone and the request sent once more; a server is
 * given manner.retry_s seconds to come back (http_insist()). */
int store_request(
	struct store *s, const struct request *request, struct buf *answer, struct err *e) MUST_USE;

/* Creates or migrates the tables and reads the zone. */
int schema_open(struct store *s, const struct store_options *options, struct err *e) MUST_USE;
/* A statement of our .sql files, expanded. */
int schema_run(struct store *s, const char *text, size_t len, struct err *e) MUST_USE;
/* *ret has no row when the store does not know the key. */
int meta_get(struct store *s, const char *key, struct result *ret, struct err *e) MUST_USE;
int meta_set(struct store *s, const char *key, const char *value, struct err *e) MUST_USE;
/* Fills in what stands in capitals in our .sql files and in ACCESS_COLUMNS. */
void schema_expand(struct buf *out, const char *text, size_t len);
