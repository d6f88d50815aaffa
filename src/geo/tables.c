#include "geo/tables.h"

#include <sys/mman.h>

#include "base/base.h"
#include "geo/v4.h"
#include "geo/v6.h"

struct run run_of(const struct joint *j)
{
	struct run run = {.value = j->asn, .country = {'Z', 'Z'}};

	if (j->country) {
		run.country[0] = (char)(j->country >> 8);
		run.country[1] = (char)j->country;
	}
	return run;
}

static bool is_terminated(const char *text, size_t count)
{
	return count > 0 && text[count - 1] == '\0';
}

static bool names_are_sound(const struct tables *t)
{
	if (t->name_slots_count & (t->name_slots_count - 1))
		return false;
	if (t->name_slots_count && !is_terminated(t->name_texts, t->name_texts_count))
		return false;
	for (size_t i = 0; i < t->name_slots_count; i++)
		if (t->name_slots[i].at >= t->name_texts_count)
			return false;
	return true;
}

bool tables_are_sound(const struct tables *t)
{
	return v4_is_sound(t) && v6_is_sound(t) && names_are_sound(t) && t->countries_count > 0 &&
	       is_terminated(t->country_version, t->country_version_count) &&
	       is_terminated(t->asn_version, t->asn_version_count);
}

void tables_done(struct tables *t)
{
	if (t->mapped)
		munmap(t->mapped, t->mapped_bytes);
	else {
#define X(type, name) free(t->name);
		TABLE_PARTS(X)
#undef X
	}
	*t = (struct tables){0};
}
