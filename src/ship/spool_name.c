#include "ship/spool_parts.h"

#include "base/number.h"

#include <inttypes.h>
#include <string.h>

static const char *const level_texts[] = {"", "-headers", "-counters"};

enum { EPOCH_DIGITS = 2 * SEGMENT_EPOCH, SEQUENCE_DIGITS = 20 };

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_epoch(const char *text, uint8_t ret[SEGMENT_EPOCH])
{
	for (size_t i = 0; i < SEGMENT_EPOCH; i++) {
		int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

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
	return parse_epoch(name, ret->epoch) && number_u64(digits, 0, UINT64_MAX, &ret->sequence) &&
	       parse_level(sequence + SEQUENCE_DIGITS, &ret->level);
}

char *spool_name_print(const struct spool_name *name, char out[SPOOL_NAME_MAX])
{
	char epoch[SEGMENT_EPOCH_TEXT];

	snprintf(out, SPOOL_NAME_MAX, "%s-%0*" PRIu64 "%s" SPOOL_SUFFIX,
		segment_hex(name->epoch, SEGMENT_EPOCH, epoch), SEQUENCE_DIGITS, name->sequence,
		level_texts[name->level]);
	return out;
}
