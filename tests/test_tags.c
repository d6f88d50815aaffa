/* Interned texts and sets of tags: numbers that mean the same whatever came before, within bounds. */
#include <criterion/criterion.h>

#include "observe/labels.h"

static uint16_t set_of(struct tags *t, const char *a, const char *b, const char *c)
{
	uint16_t set = tags_with(t, TAGS_NONE, tags_name(t, a));

	set = b ? tags_with(t, set, tags_name(t, b)) : set;
	return c ? tags_with(t, set, tags_name(t, c)) : set;
}

Test(intern, gives_each_text_one_number_and_the_empty_one_0)
{
	AUTO(intern_free) struct intern *t = intern_new(100, 1000);

	cr_assert_eq(intern_add(t, "", 0), 0);
	uint16_t a = intern_add(t, "alpha", 5), ab = intern_add(t, "alphabet", 8);
	cr_assert_neq(a, ab);
	cr_assert_eq(intern_add(t, "alphabet", 5), a);
	cr_assert_str_eq(intern_text(t, a), "alpha");
	cr_assert_str_eq(intern_text(t, ab), "alphabet");
	cr_assert_eq(intern_find(t, "alphabet", 8), ab);
	cr_assert_eq(intern_find(t, "alphabets", 9), INTERN_FULL);
	cr_assert_eq(intern_count(t), 3);
}

Test(intern, ends_at_its_number_of_texts_and_goes_on_finding)
{
	AUTO(intern_free) struct intern *t = intern_new(3, 1000);
	uint16_t a = intern_add(t, "a", 1);

	cr_assert_eq(intern_add(t, "b", 1), 2);
	cr_assert_eq(intern_add(t, "c", 1), INTERN_FULL);
	cr_assert_eq(intern_add(t, "a", 1), a);
	cr_assert_eq(intern_count(t), 3);
}

Test(intern, ends_at_its_bytes)
{
	AUTO(intern_free) struct intern *t = intern_new(100, 1 + 4 + 3);

	cr_assert_eq(intern_add(t, "abc", 3), 1);
	cr_assert_eq(intern_add(t, "abd", 3), INTERN_FULL);
	cr_assert_eq(intern_add(t, "xy", 2), 2);
	cr_assert_eq(intern_add(t, "z", 1), INTERN_FULL);
	cr_assert_eq(intern_find(t, "xyabcdefghijk", 13), INTERN_FULL);
	cr_assert_str_eq(intern_text(t, 1), "abc");
}

Test(tags, a_set_is_sorted_and_the_same_in_any_order)
{
	AUTO(tags_free) struct tags *t = tags_new();
	uint16_t one = set_of(t, "mirai", "heartbleed", "zmap"), two = set_of(t, "zmap", "mirai", "heartbleed");
	uint16_t names[TAGS_IN_SET];

	cr_assert_eq(one, two);
	cr_assert_str_eq(tags_text(t, one), "heartbleed mirai zmap");
	cr_assert_eq(tags_with(t, one, tags_name(t, "mirai")), one);
	cr_assert_eq(tags_of(t, one, names), 3);
	cr_assert_str_eq(tags_name_text(t, names[1]), "mirai");
	cr_assert_str_eq(tags_text(t, TAGS_NONE), "");
	cr_assert_eq(tags_of(t, TAGS_NONE, names), 0);
	cr_assert_eq(tags_refused(t), 0);
}

Test(tags, a_set_that_is_full_stays_and_is_counted)
{
	AUTO(tags_free) struct tags *t = tags_new();
	uint16_t set = TAGS_NONE, names[TAGS_IN_SET];
	char name[TAG_NAME_SIZE];

	for (int i = 0; i < TAGS_IN_SET + 2; i++) {
		snprintf(name, sizeof(name), "%062d%c", 0, 'a' + i); /* as long as a name can be */
		set = tags_with(t, set, tags_name(t, name));
	}
	cr_assert_eq(tags_of(t, set, names), TAGS_IN_SET);
	cr_assert_eq(tags_refused(t), 2);
}

/* More names than there is room for, and more sets: nothing is overwritten, what does not fit is counted. */
Test(tags, without_room_for_names_or_sets_an_access_keeps_the_tags_it_has)
{
	AUTO(tags_free) struct tags *t = tags_new();
	uint16_t first = set_of(t, "first", NULL, NULL), names[1] = {0};
	uint64_t made = 0;
	char name[TAG_NAME_SIZE];

	for (int i = 0; i < TAG_NAMES_MAX + 10; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		uint16_t number = tags_name(t, name);
		uint16_t set = tags_with(t, first, number);

		cr_assert_eq(set == first, number == INTERN_FULL);
		made += set != first;
		names[0] = number == INTERN_FULL ? names[0] : number;
	}
	cr_assert_eq(made, TAG_NAMES_MAX - 2);
	cr_assert_eq(tags_refused(t), 12);
	cr_assert_str_eq(tags_text(t, first), "first");
	uint16_t set = TAGS_NONE;
	for (uint16_t a = 2; a < 200; a++)
		for (uint16_t b = a + 1; b < 200; b++)
			set = tags_with(t, tags_with(t, TAGS_NONE, a), b);
	cr_assert_gt(tags_refused(t), 1000);
	cr_assert_null(strchr(tags_text(t, set), ' '));
	cr_assert_eq(tags_with(t, first, names[0]), tags_with(t, first, names[0]));
}

Test(tags, names_are_words_of_small_letters_digits_and_hyphens)
{
	cr_assert(tag_is_name("tls-clienthello"));
	cr_assert(tag_is_name("a2s.info"));
	cr_assert_not(tag_is_name(""));
	cr_assert_not(tag_is_name("-"));
	cr_assert_not(tag_is_name("two words"));
	cr_assert_not(tag_is_name("Mirai"));
	char name[TAG_NAME_SIZE + 1] = {0};
	memset(name, 'a', TAG_NAME_SIZE - 1);
	cr_assert(tag_is_name(name));
	name[TAG_NAME_SIZE - 1] = 'a';
	cr_assert_not(tag_is_name(name));
}

Test(labels, without_any_every_text_is_empty)
{
	AUTO(labels_free) struct labels *l = labels_new(NULL);

	cr_assert_str_eq(labels_get(NULL, LABEL_tags, 0), "");
	cr_assert_str_eq(labels_get(l, LABEL_group, 0), "");
	cr_assert_str_eq(labels_get(l, LABEL_tags, set_of(l->tags, "b", "a", NULL)), "a b");
	cr_assert_str_eq(labels_get(l, LABEL_tcp_opts, intern_add(l->syns, "2_1460_00", 9)), "2_1460_00");
}
