#include "analysis/verdict.h"

#include <string.h>
#include <strings.h>

#include "base/base.h"

static const struct {
	uint8_t number;
	const char *name;
} names[] = {
#define X(name, number) {number, #name},
	VERDICTS(X)
#undef X
	{TOOL_zmap + VERDICT_LIKELY, "zmap-likely"},
	{TOOL_zmap + VERDICT_CANDIDATE, "zmap-candidate"},
	{TOOL_masscan + VERDICT_LIKELY, "masscan-likely"},
	{TOOL_masscan + VERDICT_CANDIDATE, "masscan-candidate"},
};

#define X(name, number) VERDICT_##name = number,
enum verdict_tool { VERDICTS(X) };
#undef X
_Static_assert((int)VERDICT_mirai == TOOL_mirai && (int)VERDICT_zmap == TOOL_zmap && (int)VERDICT_masscan == TOOL_masscan,
	"tools keep their numbers");

static bool shows(const struct access *a, const char *tag)
{
	uint16_t names_of[TAGS_IN_SET];
	size_t count = a->tags ? tags_of(a->labels->tags, a->tags, names_of) : 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(tags_name_text(a->labels->tags, names_of[i]), tag) == 0)
			return true;
	return false;
}

uint8_t verdict_of(const struct access *a)
{
	if (a->tool == TOOL_mirai)
		return VERDICT_mirai;
	if (shows(a, "zmap411-syn"))
		return VERDICT_zmap;
	if (a->tool != TOOL_none)
		return (uint8_t)(a->tool + VERDICT_CANDIDATE);
	if (shows(a, "nmap-syn") || shows(a, "nmap-os"))
		return VERDICT_nmap;
	return shows(a, "unicornscan-syn") ? VERDICT_unicornscan : VERDICT_none;
}

const char *verdict_name(uint8_t verdict)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (verdict && names[i].number == verdict)
			return names[i].name;
	return "-";
}

int verdict_number(const char *name)
{
	if (strcmp(name, "-") == 0)
		return VERDICT_none;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcasecmp(name, names[i].name) == 0)
			return names[i].number;
	return -1;
}
