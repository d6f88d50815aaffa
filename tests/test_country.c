/* Names and codes of countries and regions. */
#include "geo/country.h"

#include "base/base.h"

#include <criterion/criterion.h>
#include <string.h>

static void parses(const char *text, const char *code)
{
	char got[2] = {0};

	cr_assert(country_parse(text, got), "\"%s\" is read", text);
	cr_assert(memcmp(got, code, 2) == 0, "\"%s\" is %.2s, not %s", text, got, code);
}

static void refuses(const char *text)
{
	char got[2] = {'x', 'y'};

	cr_assert_not(country_parse(text, got), "\"%s\" is refused", text);
	cr_assert(memcmp(got, "xy", 2) == 0);
}

Test(country, names_are_those_of_the_reports)
{
	static const char *const names[][3] = {
		{"US", "United States", "米国"},
		{"GB", "United Kingdom", "英国"},
		{"CN", "China", "中国"},
		{"KR", "South Korea", "韓国"},
		{"TW", "Taiwan", "台湾"},
		{"HK", "Hong Kong", "香港"},
		{"MO", "Macao", "マカオ"},
		{"RU", "Russia", "ロシア"},
		{"VN", "Vietnam", "ベトナム"},
		{"VE", "Venezuela", "ベネズエラ"},
		{"CL", "Chile", "チリ"},
		{"RO", "Romania", "ルーマニア"},
		{"JP", "Japan", "日本"},
		{"ZZ", "unknown", "不明"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cr_assert_str_eq(country_name(names[i][0], LANG_EN), names[i][1]);
		cr_assert_str_eq(country_name(names[i][0], LANG_JA), names[i][2]);
	}
}

Test(country, there_are_249_of_the_standard_and_four_more)
{
	size_t count = 0;

	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++)
			count += country_name((char[]){a, b}, LANG_EN) != NULL;
	cr_assert_eq(count, 249u + 4u);
	cr_assert(country_name("XK", LANG_EN) && country_name("EU", LANG_EN) &&
		  country_name("AP", LANG_EN));
}

Test(country, each_is_read_by_its_code_and_both_names)
{
	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			const char code[3] = {a, b};
			const char lower[3] = {(char)(a + 32), (char)(b + 32)};

			if (!country_name(code, LANG_EN)) {
				refuses(code);
				continue;
			}
			parses(code, code);
			parses(lower, code);
			parses(country_name(code, LANG_EN), code);
			parses(country_name(code, LANG_JA), code);
		}
	}
}

Test(country, the_case_of_ascii_letters_does_not_matter)
{
	parses("united STATES", "US");
	parses("fiji", "FJ");
	parses("FIJI", "FJ");
	parses("zz", "ZZ");
}

Test(country, what_is_no_code_has_no_name)
{
	cr_assert_null(country_name("AA", LANG_EN));
	cr_assert_null(country_name("us", LANG_EN));
	cr_assert_null(country_name("\0\0", LANG_JA));
}

Test(country, parts_and_more_than_a_name_are_refused)
{
	refuses("");
	refuses("U");
	refuses("USA ");
	refuses("United State");
	refuses("United Statess");
	refuses("米");
	refuses("米国人");
}
