/* Payloads as they may be shown: sensor addresses replaced, the protocol guessed, one line that says what is asked. */
#pragma once

#include "analysis/dictionary.h"
#include "base/json.h"
#include "prog/prog.h"
#include "prog/table.h"
#include "proto/guess.h"

struct payload_view {
	const struct dictionary_entry *entry;
	uint8_t *bytes; /* entry->kept of them; owned */
	bool scrubbed;  /* an address was replaced */
	enum proto proto;
	char *summary;  /* "" when there are no bytes; owned */
};

struct payload_views {
	struct dictionary_entry *entries; /* owned */
	struct payload_view *list;        /* owned */
	size_t count;
};

/* Of these hashes, in their order. reveal: sensor addresses stay. */
int payload_views_make(struct prog *p, const struct question *q, const char *const *hashes, size_t count, bool reveal,
	struct payload_views *ret, struct err *e) MUST_USE;
/* Of the keys of an answer by payload. */
int payload_views_of(struct prog *p, const struct question *q, const struct top *top, struct payload_views *ret,
	struct err *e) MUST_USE;
void payload_views_done(struct payload_views *v);
static inline void auto_payload_views_done(struct payload_views *v)
{
	payload_views_done(v);
}

/* --- what they add to the rows of an answer --- */

enum { PAYLOAD_COLUMNS = 6 };

void payload_view_head(struct table *t);
/* view NULL: empty cells. */
void payload_view_cells(struct table *t, const struct payload_view *view);
void payload_view_json(struct json *j, const struct payload_view *view);
void payload_view_csv_head(struct buf *out);
void payload_view_csv(struct buf *out, const struct payload_view *view);
