#include "ship/spool_parts.h"

#include "base/number.h"

#include <inttypes.h>
#include <string.h>

static const char *const level_texts[] = {"", "-headers", "-counters"};

enum { EPOCH_DIGITS = 2 * SEGMENT_EPOCH, SEQUENCE_DIGITS = 20 };

static bool parse_level(const char *text, enum spool_level *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(level_texts); i++) {
		size_t len = strlen(level_texts[i]);

		if (strncmp(text, level_texts[i], len) == 0 && strcmp(text + len, SPOOL_SUFFIX) == 0) {
			*ret = (enum spool_level)i;
			return true;
		}
	}
	return false;
}

bool spool_name_parse(const char *name, struct spool_name *ret)
{
	char digits[SEQUENCE_DIGITS + 1];
	const char *sequence = name + EPOCH_DIGITS + 1;

	if (strlen(name) < EPOCH_DIGITS + 1 + SEQUENCE_DIGITS || name[EPOCH_DIGITS] != '-')
		return false;
	memcpy(digits, sequence, SEQUENCE_DIGITS);
	digits[SEQUENCE_DIGITS] = '\0';
	return segment_unhex(name, ret->epoch, SEGMENT_EPOCH) && number_u64(digits, 0, UINT64_MAX, &ret->sequence) &&
	       parse_level(sequence + SEQUENCE_DIGITS, &ret->level);
}

int spool_file_compare(const void *left, const void *right)
{
	const struct spool_file *a = left, *b = right;
	int epochs = memcmp(a->name.epoch, b->name.epoch, SEGMENT_EPOCH);

	if (a->sealed_s != b->sealed_s)
		return a->sealed_s < b->sealed_s ? -1 : 1;
	if (epochs != 0)
		return epochs;
	return a->name.sequence < b->name.sequence ? -1 : a->name.sequence > b->name.sequence;
}

char *spool_name_print(const struct spool_name *name, char out[SPOOL_NAME_MAX])
{
	char epoch[SEGMENT_EPOCH_TEXT];

	snprintf(out, SPOOL_NAME_MAX, "%s-%0*" PRIu64 "%s" SPOOL_SUFFIX,
		segment_hex(name->epoch, SEGMENT_EPOCH, epoch), SEQUENCE_DIGITS, name->sequence,
		level_texts[name->level]);
	return out;
}
