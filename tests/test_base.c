#include "base/buf.h"
#include "base/cur.h"
#include "base/err.h"
#include "base/json.h"
#include "base/number.h"
#include "base/room.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

/* --- err --- */

Test(err, the_first_failure_wins)
{
	struct err e = {0};

	cr_assert_eq(err_set(&e, EINVAL, "first %d", 1), -EINVAL);
	cr_assert_eq(err_set(&e, EIO, "second"), -EIO);
	cr_assert_str_eq(e.text, "first 1");
}

Test(err, context_stands_before_the_line)
{
	struct err e = {0};

	cr_assert_eq(err_context(&e, err_set(&e, EIO, "no disk"), "a.yaml line %d: ", 12), -EIO);
	cr_assert_str_eq(e.text, "a.yaml line 12: no disk");
}

Test(err, hostile_text_stays_one_line_without_controls)
{
	struct err e = {0};

	err_set(&e, EINVAL, "%s", "a\nb\x1b[31m\x7f\xc2\x9b\x31m日本");
	cr_assert_str_eq(e.text, "a b [31m   1m日本");
}

Test(err, a_line_that_is_too_long_ends_with_a_whole_character)
{
	char text[3000];
	struct err e = {0};

	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "日", 3);
	text[sizeof(text) - 1] = '\0';
	text[sizeof(text) - 2] = text[sizeof(text) - 3] = ' ';
	for (int shift = 0; shift < 3; shift++) {
		e = (struct err){0};
		err_set(&e, EINVAL, "%.*s%s", shift, "xx", text);
		size_t len = strlen(e.text);
		cr_assert_gt(len, sizeof(e.text) - 4);
		cr_assert_eq((len - (size_t)shift) % 3, 0);
	}
	err_context(&e, -EIO, "%s", text);
	cr_assert_eq(strlen(e.text) % 3, 0);
}

/* --- buf --- */

Test(buf, grows_up_to_its_maximum)
{
	AUTO(buf_done) struct buf b = {.max = 1000};

	cr_assert_str_eq(buf_str(&b), "");
	for (int i = 0; i < 250; i++)
		buf_text(&b, "abcd");
	cr_assert_eq(b.len, 1000);
	cr_assert_not(b.failed);
	buf_char(&b, 'e');
	cr_assert(b.failed);
	cr_assert_eq(strlen(buf_str(&b)), 1000);
	buf_clear(&b);
	cr_assert_not(b.failed);
	buf_printf(&b, "%d-%s", 7, "x");
	cr_assert_str_eq(buf_str(&b), "7-x");
	buf_add(&b, NULL, 0);
	cr_assert_eq(b.len, 3);
}

static void gives(
	void (*escape)(struct buf *b, const char *text), const char *text, const char *expected)
{
	AUTO(buf_done) struct buf b = {0};

	escape(&b, text);
	cr_assert_str_eq(buf_str(&b), expected);
}

static void json_of(struct buf *b, const char *text)
{
	buf_json(b, text, strlen(text));
}

Test(buf, json_is_escaped)
{
	AUTO(buf_done) struct buf b = {0};

	gives(json_of, "a\"b\\c\n\x1f\x7f日本", "\"a\\\"b\\\\c\\u000a\\u001f\\u007f日本\"");
	gives(json_of, "\xff\xc0\xaf\xed\xa0\x80\xf5",
		"\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf"
		"\xbd\"");
	gives(json_of, "\xe3\x81", "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	gives(json_of, "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"");
	buf_json(&b, "a\0b", 3);
	cr_assert_str_eq(buf_str(&b), "\"a\\u0000b\"");
}

Test(buf, html_is_escaped)
{
	gives(buf_html, "<a href=\"x\">'&'</a>\t\n",
		"&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\t\n");
	gives(buf_html, "\x1b\r\x7f\xff", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	gives(buf_html, "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd",
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	gives(buf_html, "日本", "日本");
}

Test(buf, csv_cells_are_quoted_and_never_formulas)
{
	gives(buf_csv, "plain", "plain");
	gives(buf_csv, "", "");
	gives(buf_csv, "a,b", "\"a,b\"");
	gives(buf_csv, "a\"b", "\"a\"\"b\"");
	gives(buf_csv, "a\r\nb", "\"a\r\nb\"");
	gives(buf_csv, "=1+1", "\"'=1+1\"");
	gives(buf_csv, "@x", "\"'@x\"");
	gives(buf_csv, "\t=1", "\"'\t=1\"");
	gives(buf_csv, "\n=1", "\"'\n=1\"");
	gives(buf_csv, "＝1", "\"'＝1\"");
	gives(buf_csv, "-1+1", "\"'-1+1\"");
	gives(buf_csv, "-", "\"'-\"");
	gives(buf_csv, "-e5", "\"'-e5\"");
	gives(buf_csv, "-1e", "\"'-1e\"");
	gives(buf_csv, "-12.5", "-12.5");
	gives(buf_csv, "+0.5", "+0.5");
	gives(buf_csv, "-1e-05", "-1e-05");
}

Test(buf, a_terminal_gets_no_controls)
{
	gives(buf_terminal, "a\x1b[2J\n\x7f", "a\\x1b[2J\\x0a\\x7f");
	gives(buf_terminal,
		"\xc2\x9b"
		"2J\x9b\xc2\xa0",
		"\\xc2\\x9b2J\\x9b\xc2\xa0");
	gives(buf_terminal, "日\xe2\x80\xae本", "日\\xe2\\x80\\xae本");
}

/* --- json --- */

Test(json, what_a_reader_could_take_for_the_end_of_a_line_is_escaped)
{
	AUTO(buf_done) struct buf b = {0};
	static const char text[] = "a\0\n\x7f\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\xef\xbf\xbf\xff日";

	buf_json(&b, text, sizeof(text) - 1);
	cr_assert_str_eq(buf_str(&b), "\"a\\u0000\\u000a\\u007f\\u0085\xc2\xa0\\u2028\\u2029\\uffff\xef\xbf\xbd日\"");
}

Test(json, commas_and_nesting_are_kept_right)
{
	AUTO(buf_done) struct buf b = {0};
	struct json j = {.out = &b};

	json_open(&j, NULL, '{');
	json_text(&j, "a\"", "x");
	json_open(&j, "list", '[');
	json_u64(&j, NULL, UINT64_MAX);
	json_open(&j, NULL, '{');
	json_close(&j, '}');
	json_bool(&j, NULL, true);
	json_null(&j, NULL);
	json_close(&j, ']');
	json_bool(&j, "b", false);
	json_close(&j, '}');
	cr_assert_str_eq(buf_str(&b), "{\"a\\\"\":\"x\",\"list\":[18446744073709551615,{},true,"
				      "null],\"b\":false}");
}

static void prints(double value, const char *expected)
{
	AUTO(buf_done) struct buf b = {0};
	struct json j = {.out = &b};

	json_double(&j, NULL, value);
	cr_assert_str_eq(buf_str(&b), expected);
}

Test(json, doubles_read_back)
{
	prints(0.1, "0.1");
	prints(750, "750");
	prints(1e21, "1e+21");
	prints(-0.5, "-0.5");
	prints(1.0 / 3, "0.3333333333333333");
	prints(0.1 + 0.2, "0.30000000000000004");
	prints(NAN, "null");
	prints(INFINITY, "null");
}

/* --- number --- */

Test(number, whole_numbers_are_digits_only)
{
	static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "0x10", "1e3", "40O", "1.0",
		"18446744073709551616", "99999999999999999999999"};
	uint64_t value = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(number_u64(bad[i], 0, UINT64_MAX, &value), "%s", bad[i]);
	cr_assert_eq(value, 7);
	cr_assert(number_u64("18446744073709551615", 0, UINT64_MAX, &value));
	cr_assert_eq(value, UINT64_MAX);
	cr_assert(number_u64("040", 0, 40, &value));
	cr_assert_eq(value, 40);
	cr_assert_not(number_u64("41", 0, 40, &value));
	cr_assert_not(number_u64("9", 10, 40, &value));
	cr_assert(number_u64("10", 10, 40, &value));
}

Test(number, decimals_have_a_point_and_no_exponent)
{
	static const char *const bad[] = {
		"", "-", ".5", "5.", "1e3", "1,5", "0x1p3", "nan", "inf", "1 ", "--1", "1.5.2"};
	double value = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		cr_assert_not(number_double(bad[i], -100, 100, &value), "%s", bad[i]);
	cr_assert_eq(value, 7);
	cr_assert(number_double("-90", -90, 0, &value));
	cr_assert_eq(value, -90);
	cr_assert(number_double("+0.5", 0, 0.5, &value));
	cr_assert_not(number_double("0.51", 0, 0.5, &value));
	cr_assert_not(number_double("-90.1", -90, 0, &value));
}

/* --- text --- */

Test(text, the_language_follows_the_name)
{
	cr_assert_eq(lang_of("ja"), LANG_JA);
	cr_assert_eq(lang_of("ja_JP.UTF-8"), LANG_JA);
	cr_assert_eq(lang_of("java"), LANG_EN);
	cr_assert_eq(lang_of("en"), LANG_EN);
	cr_assert_eq(lang_of("C"), LANG_EN);
	cr_assert_eq(lang_of(""), LANG_EN);
	cr_assert_eq(lang_of(NULL), LANG_EN);
	cr_assert_str_eq(TR("a", "あ"), "a");
	text_set_lang(LANG_JA);
	cr_assert_str_eq(TR("a", "あ"), "あ");
	cr_assert_str_eq(lang_name(text_lang()), "ja");
}

/* --- cur --- */

Test(cur, numbers_are_in_network_order)
{
	static const uint8_t data[] = {1, 2, 3, 0xff, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct cur c = cur_of(data, sizeof(data));

	cr_assert_eq(cur_u8(&c), 1);
	cr_assert_eq(cur_u16(&c), 0x0203);
	cr_assert_eq(cur_u32(&c), 0xff050607);
	cr_assert_eq(cur_u64(&c), 0x08090a0b0c0d0e0fu);
	cr_assert(cur_ok(&c));
	cr_assert_eq(cur_left(&c), 0);
}

Test(cur, a_read_past_the_end_makes_it_bad_for_good)
{
	for (size_t len = 0; len < 8; len++) {
		AUTO(free) uint8_t *data = calloc(1, len ? len : 1);
		struct cur c = cur_of(data, len);

		cr_assert_eq(cur_u64(&c), 0);
		cr_assert_not(cur_ok(&c));
		cr_assert_eq(cur_left(&c), 0);
		cr_assert_eq(cur_u8(&c), 0);
		cr_assert_null(cur_take(&c, 0));
		cr_assert_not(cur_ok(&c));
	}
}

Test(cur, a_part_cannot_be_left)
{
	static const uint8_t data[] = {1, 2, 3, 4};
	struct cur c = cur_of(data, sizeof(data));
	struct cur part = cur_sub(&c, 2);

	cr_assert_eq(cur_u16(&part), 0x0102);
	cr_assert_eq(cur_u8(&part), 0);
	cr_assert_not(cur_ok(&part));
	cr_assert(cur_ok(&c));
	cr_assert_eq(cur_u8(&c), 3);
	part = cur_sub(&c, 2);
	cr_assert_not(cur_ok(&part));
	cr_assert_not(cur_ok(&c));
}

Test(cur, nothing_is_an_empty_range)
{
	struct cur c = cur_of(NULL, 0);

	cr_assert(cur_ok(&c));
	cr_assert_eq(cur_left(&c), 0);
	cr_assert_eq(cur_u8(&c), 0);
	cr_assert_not(cur_ok(&c));
}

/* --- room --- */

Test(room, gives_arrays_apart_at_lines_and_keeps_its_memory)
{
	struct room counted = {0}, room = {0};

	for (size_t bytes = 0; bytes < 200; bytes += 33)
		cr_assert_null(room_take(&counted, bytes));
	cr_assert_eq(room_begin(&room, counted.used), 0);
	uint8_t *first = room.bytes, *last = room.bytes;
	for (size_t bytes = 0; bytes < 200; bytes += 33) {
		uint8_t *at = room_take(&room, bytes);

		cr_expect_eq((uintptr_t)at % 64, 0);
		cr_expect(at >= last);
		memset(at, 1, bytes);
		last = at + bytes;
	}
	cr_expect(last <= room.bytes + room.size);
	cr_assert_eq(room_begin(&room, 64), 0);
	cr_expect_eq(room_take(&room, 64), (void *)first, "as much as before or less needs no other memory");
	cr_assert_eq(room_begin(&room, 1 << 20), 0);
	memset(room_take(&room, 1 << 20), 1, 1 << 20);
	room_done(&room);
	cr_expect_null(room.bytes);
}
