#include "ship/wire.h"

#include "base/number.h"

#include <inttypes.h>
#include <string.h>

static const char *const level_names[] = {"whole", "headers", "counters"};

enum { EPOCH_DIGITS = 2 * SEGMENT_EPOCH, DIGEST_DIGITS = 2 * SEGMENT_DIGEST };

/* Decimal as it is printed, so that a segment has one path only. */
static bool parse_sequence(const char *text, uint64_t *ret)
{
	return (text[0] != '0' || text[1] == '\0') && number_u64(text, 0, UINT64_MAX, ret);
}

bool wire_path_parse(const char *path, struct spool_name *ret)
{
	size_t prefix = strlen(WIRE_SEGMENTS);

	if (strncmp(path, WIRE_SEGMENTS, prefix) != 0)
		return false;
	path += prefix;
	return segment_unhex(path, ret->epoch, SEGMENT_EPOCH) && path[EPOCH_DIGITS] == '/' &&
	       parse_sequence(path + EPOCH_DIGITS + 1, &ret->sequence);
}

char *wire_path_print(const struct spool_name *name, char out[WIRE_PATH_MAX])
{
	char epoch[SEGMENT_EPOCH_TEXT];

	snprintf(out, WIRE_PATH_MAX, WIRE_SEGMENTS "%s/%" PRIu64, segment_hex(name->epoch, SEGMENT_EPOCH, epoch),
		name->sequence);
	return out;
}

const char *wire_level_name(enum spool_level level)
{
	return level_names[level];
}

bool wire_level_parse(const char *text, enum spool_level *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(level_names); i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*ret = (enum spool_level)i;
			return true;
		}
	}
	return false;
}

bool wire_digest_parse(const char *text, uint8_t ret[SEGMENT_DIGEST])
{
	return segment_unhex(text, ret, SEGMENT_DIGEST) && text[DIGEST_DIGITS] == '\0';
}
