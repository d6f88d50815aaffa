/* The distinct payloads of a run, counted. */
#pragma once

#include "synth/emit.h"

struct seen;

struct seen *seen_new(void);
/* -ENOMEM, also beyond a million distinct ones. */
int seen_add(struct seen *s, const void *payload, size_t len) MUST_USE;
/* All of them, by packets, then key; owned by the caller. The set is empty afterwards. */
struct emitted_payload *seen_take(struct seen *s, size_t *ret_count);
void seen_free(struct seen *s);
AUTO_RELEASE(struct seen, seen_free);
