/* What a parser of src/proto may give: slices of its input or of the scratch. */
#pragma once

#include "base/bytes.h"

#include <assert.h>

static inline bool slice_is_within(struct bytes slice, const uint8_t *data, size_t len)
{
	return slice.data >= data && slice.len <= len &&
	       (size_t)(slice.data - data) <= len - slice.len;
}

static inline void slice_check(struct bytes slice, struct bytes in, const struct scratch *s)
{
	assert(s->used <= s->size);
	assert(slice.len == 0 || slice_is_within(slice, in.data, in.len) ||
		slice_is_within(slice, s->data, s->used));
}
