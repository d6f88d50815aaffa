#include "observe/tags.h"

#include <assert.h>
#include <string.h>

enum { STEPS = 4096, NAMES_BYTES = TAG_NAMES_MAX * TAG_NAME_SIZE };

_Static_assert(TAGS_IN_SET <= UINT8_MAX, "a set's size fits");

struct set {
	uint8_t count;
	uint16_t names[TAGS_IN_SET];
};

/* A set that was made of another one and a name a while ago. */
struct step {
	uint32_t key; /* 0: none */
	uint16_t set;
};

struct tags {
	struct intern *names, *texts;
	struct set sets[TAG_SETS_MAX]; /* by the number of the text */
	struct step steps[STEPS];
	uint64_t refused;
};

struct tags *tags_new(void)
{
	AUTO(tags_free) struct tags *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->names = intern_new(TAG_NAMES_MAX, NAMES_BYTES);
	t->texts = intern_new(TAG_SETS_MAX, TAG_TEXTS_BYTES);
	return t->names && t->texts ? TAKE(t) : NULL;
}

void tags_free(struct tags *t)
{
	if (!t)
		return;
	intern_free(t->names);
	intern_free(t->texts);
	free(t);
}

bool tag_is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.");

	return len > 0 && len < TAG_NAME_SIZE && !name[len] && strcmp(name, "-") != 0;
}

uint16_t tags_name(struct tags *t, const char *name)
{
	assert(tag_is_name(name));
	return intern_add(t->names, name, strlen(name));
}

const char *tags_name_text(const struct tags *t, uint16_t name)
{
	return intern_text(t->names, name);
}

const char *tags_text(const struct tags *t, uint16_t set)
{
	return intern_text(t->texts, set);
}

size_t tags_of(const struct tags *t, uint16_t set, uint16_t ret[TAGS_IN_SET])
{
	memcpy(ret, t->sets[set].names, t->sets[set].count * sizeof(*ret));
	return t->sets[set].count;
}

uint64_t tags_refused(const struct tags *t)
{
	return t->refused;
}

static bool has(const struct set *s, uint16_t name)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->names[i] == name)
			return true;
	return false;
}

/* In the order of the names' texts. */
static struct set put(const struct tags *t, const struct set *s, uint16_t name)
{
	struct set ret = *s;
	size_t at = ret.count++;

	for (; at > 0 && strcmp(tags_name_text(t, ret.names[at - 1]), tags_name_text(t, name)) > 0; at--)
		ret.names[at] = ret.names[at - 1];
	ret.names[at] = name;
	return ret;
}

/* The number of a set; INTERN_FULL without room. */
static uint16_t number_of(struct tags *t, const struct set *s)
{
	char text[TAGS_IN_SET * TAG_NAME_SIZE];
	size_t len = 0;

	for (size_t i = 0; i < s->count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? " " : "",
			tags_name_text(t, s->names[i]));
	uint16_t number = intern_add(t->texts, text, len);
	if (number != INTERN_FULL)
		t->sets[number] = *s;
	return number;
}

static uint16_t make(struct tags *t, uint16_t set, uint16_t name)
{
	const struct set *from = &t->sets[set];

	if (has(from, name))
		return set;
	if (from->count == TAGS_IN_SET)
		return INTERN_FULL;
	struct set with = put(t, from, name);
	return number_of(t, &with);
}

uint16_t tags_with(struct tags *t, uint16_t set, uint16_t name)
{
	uint32_t key = (uint32_t)set << 16 | name;
	struct step *step = &t->steps[(key * 2654435761u) >> 20];

	_Static_assert(STEPS == 1 << (32 - 20), "as many as the hash has values");
	if (step->key == key)
		return step->set;
	uint16_t with = name == INTERN_FULL ? INTERN_FULL : make(t, set, name);
	if (with == INTERN_FULL) {
		t->refused++;
		return set;
	}
	*step = (struct step){key, with};
	return with;
}
