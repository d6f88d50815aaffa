#include "analysis/dimension.h"

#include "analysis/subject.h"

#include <assert.h>

static const char *const texts[DIMENSION_COUNT][LANG_COUNT] = {
#define X(name, en, ja) {en, ja},
	DIMENSIONS(X)
#undef X
};

const char *dimension_name(enum dimension d)
{
	return d == DIMENSION_NONE ? "all" : subject_info((enum subject)d)->name;
}

const char *dimension_text(enum dimension d, enum lang lang)
{
	if (d == DIMENSION_NONE)
		return lang == LANG_JA ? "全体" : "everything";
	assert(d < DIMENSION_COUNT);
	return texts[d][lang];
}

bool dimension_is_of_detections(enum dimension d)
{
	return d < DIMENSION_COUNT && subject_info((enum subject)d)->columns & DETECTION_BITS;
}

bool dimension_parse(const char *name, enum dimension *ret, const char **suggestion)
{
	enum subject s;

	if (!subject_parse(name, DIMENSION_COUNT, &s, suggestion))
		return false;
	*ret = (enum dimension)s;
	return true;
}
