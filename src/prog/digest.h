/* The identity of a capture while it is read: SHA-256 of its bytes, and whether it begins with a
 * capture that is known. */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* What it may be, or begin with. */
struct digest_known {
	struct segment_length *lengths; /* shortest first */
	size_t count;
};

/* One more; -ENOMEM. */
int digest_known_add(
	struct digest_known *known, const struct segment_length *one, struct err *e) MUST_USE;
int digest_known_add_all(struct digest_known *known, const struct segment_length *some,
	size_t count, struct err *e) MUST_USE;
void digest_known_done(struct digest_known *known);
static inline void auto_digest_known_done(struct digest_known *known)
{
	digest_known_done(known);
}

struct digest;

/* known must outlive it. */
int digest_new(const struct digest_known *known, struct digest **ret, struct err *e) MUST_USE;
void digest_free(struct digest *d);
AUTO_RELEASE(struct digest, digest_free);
void digest_add(struct digest *d, const void *data, size_t len);
/* The digest of all that was added; and of the longest known capture that is shorter and that these
 * bytes begin with, "" where there is none. Nothing can be added afterwards. */
void digest_end(struct digest *d, char ret[DIGEST_TEXT], char ret_begins_with[DIGEST_TEXT]);
