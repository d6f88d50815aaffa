/* Words, eras, and texts in their forms. */
#include "base/text.h"
#include "report/era.h"
#include "report/render.h"
#include "report/say.h"
#include "report/svg.h"
#include "report/wording.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <math.h>
#include <string.h>

static enum change change_at(double percent)
{
	struct settings settings = {.word_flat = 3,
		.word_nearly = 5,
		.word_slight = 20,
		.word_strong = 100,
		.word_gone = 90};
	struct measure m = {.previous_rate = 100,
		.rate = 100 + percent,
		.change = percent,
		.change_pct = percent};

	return change_of(&settings, &m);
}

Test(report_words, the_words_of_the_report_of_2009_08_come_out)
{
	cr_expect_eq(change_at(-2.1), CHANGE_FLAT);
	cr_expect_eq(change_at(3.9), CHANGE_NEARLY_FLAT);
	cr_expect_eq(change_at(9.0), CHANGE_SLIGHT_RISE);
	cr_expect_eq(change_at(14.4), CHANGE_SLIGHT_RISE);
	cr_expect_eq(change_at(19.8), CHANGE_SLIGHT_RISE);
	cr_expect_eq(change_at(26.5), CHANGE_RISE);
	cr_expect_eq(change_at(35.8), CHANGE_RISE);
	cr_expect_eq(change_at(-31.8), CHANGE_FALL);
	cr_expect_eq(change_at(131.9), CHANGE_SHARP_RISE);
	cr_expect_eq(change_at(-99.8), CHANGE_GONE);
}

Test(report_words, both_sides_of_every_threshold)
{
	cr_expect_eq(change_at(2.9), CHANGE_FLAT);
	cr_expect_eq(change_at(-3.0), CHANGE_NEARLY_FLAT);
	cr_expect_eq(change_at(4.9), CHANGE_NEARLY_FLAT);
	cr_expect_eq(change_at(5.0), CHANGE_SLIGHT_RISE);
	cr_expect_eq(change_at(-5.0), CHANGE_SLIGHT_FALL);
	cr_expect_eq(change_at(20.0), CHANGE_RISE);
	cr_expect_eq(change_at(-19.9), CHANGE_SLIGHT_FALL);
	cr_expect_eq(change_at(-20.0), CHANGE_FALL);
	cr_expect_eq(change_at(99.9), CHANGE_RISE);
	cr_expect_eq(change_at(100.0), CHANGE_SHARP_RISE);
	cr_expect_eq(change_at(-89.9), CHANGE_FALL);
	cr_expect_eq(change_at(-90.0), CHANGE_GONE);
}

Test(report_words, the_same_printed_number_has_one_word)
{
	cr_expect_eq(change_at(4.95), change_at(5.04)); /* both are printed + 5.0% */
	cr_expect_eq(change_at(4.949), CHANGE_NEARLY_FLAT);
	cr_expect_eq(change_at(-2.95), change_at(-3.04));
}

Test(report_words, no_percentage_from_a_base_that_rounds_to_zero)
{
	struct measure m = {
		.previous_rate = 0.0049, .rate = 1, .change = 0.9951, .change_pct = 20308};

	cr_expect(!has_percent(&m));
	m.previous_rate = 0.005;
	cr_expect(has_percent(&m));
	m.change_pct = NAN;
	cr_expect(!has_percent(&m));
}

/* The arguments that a template asks for, as bits. */
static unsigned arguments_of(const char *template)
{
	unsigned bits = 0;

	for (; *template; template ++)
		if (template[0] == '{' && isdigit((unsigned char)template[1]) && template[2] == '}')
			bits |= 1u << (template[1] - '0');
	return bits;
}

Test(report_words, both_languages_use_the_same_arguments)
{
	for (int i = 0; i < SENTENCE_COUNT; i++) {
		unsigned en = arguments_of(sentence_template((enum sentence)i, LANG_EN));

		cr_expect_eq(en, arguments_of(sentence_template((enum sentence)i, LANG_JA)), "%s",
			sentence_template((enum sentence)i, LANG_EN));
		cr_expect_eq(en & (en + 1), 0u, "arguments without a gap: %s",
			sentence_template((enum sentence)i, LANG_EN));
	}
}

Test(report_words, a_space_stands_between_latin_and_japanese)
{
	struct doc *d = doc_new(LANG_JA);
	const char *const ports[] = {"2967/TCP", "1433/TCP"}, *const countries[] = {
								      "米国", "ロシア", "台湾"};

	cr_expect_str_eq(print_list(d, ports, 2), "2967/TCP 及び 1433/TCP");
	cr_expect_str_eq(print_list(d, countries, 3), "米国、ロシア及び台湾");
	cr_expect_str_eq(print_list(d, countries, 1), "米国");
	cr_expect_str_eq(print_list(d, countries, 0), "");
	cr_expect_str_eq(SAY(d, gone_service, "62400/TCP", "27 位"),
		"前期 27 位の 62400/TCP に対するアクセスは、今期はほとんど見られなかった。");
	doc_free(d);
}

Test(report_words, counts_have_commas)
{
	struct doc *d = doc_new(LANG_EN);

	cr_expect_str_eq(print_count(d, 0), "0");
	cr_expect_str_eq(print_count(d, 999), "999");
	cr_expect_str_eq(print_count(d, 1000), "1,000");
	cr_expect_str_eq(print_count(d, UINT64_MAX), "18,446,744,073,709,551,615");
	doc_free(d);
}

Test(report_words, what_rounds_to_zero_is_negligible_and_nothing_is_zero)
{
	struct doc *d = doc_new(LANG_JA);

	cr_expect_str_eq(print_rate(d, 0.0049), "ごく僅か");
	cr_expect_str_eq(print_rate(d, 0.005), "0.01 件");
	cr_expect_str_eq(print_rate(d, 0), "0.00 件");
	doc_free(d);
}

static const char *year(int y, int m, int d)
{
	static char out[ERA_TEXT_SIZE];

	return era_year(y, m, d, out);
}

Test(report_words, eras_change_on_their_day)
{
	char out[ERA_TEXT_SIZE];

	cr_expect_str_eq(era_date(2009, 9, 30, out), "平成 21 年 9 月 30 日");
	cr_expect_str_eq(year(2019, 4, 30), "平成 31 年");
	cr_expect_str_eq(year(2019, 5, 1), "令和元年");
	cr_expect_str_eq(year(2026, 1, 1), "令和 8 年");
	cr_expect_str_eq(year(1989, 1, 7), "昭和 64 年");
	cr_expect_str_eq(year(1989, 1, 8), "平成元年");
	cr_expect_str_eq(year(1926, 12, 24), "大正 15 年");
	cr_expect_str_eq(year(1926, 12, 25), "昭和元年");
	cr_expect_str_eq(year(1912, 7, 29), "明治 45 年");
	cr_expect_str_eq(year(1912, 7, 30), "大正元年");
	cr_expect_str_eq(year(1868, 1, 25), "明治元年");
	cr_expect_str_eq(year(1868, 1, 24), "1868 年");
}

static void expect_html(const char *text, const char *html)
{
	AUTO(buf_done) struct buf out = {0};

	html_text(&out, text);
	cr_expect_str_eq(buf_str(&out), html);
}

Test(report_words, numbers_do_not_break_in_html)
{
	expect_html("+ 51.9 件 (- 14.4%)と", "<span class=\"nb\">+\u00a051.9</span>\u00a0件 (<span "
					     "class=\"nb\">-\u00a014.4%</span>)と");
	expect_html("- ¹ (+ 0.46 件)", "<span class=\"nb\">-\u00a0</span><sup>1</sup> (<span "
				       "class=\"nb\">+\u00a00.46</span>\u00a0件)");
	expect_html("± 0.0%", "<span class=\"nb\">±\u00a00.0%</span>");
	expect_html("比率¹²", "比率<sup>12</sup>");
	expect_html("445/TCP は", "<span class=\"nb\">445/TCP</span> は");
	expect_html("(図 3-4)は", "(<a href=\"#fig-3-4\">図\u00a03-4</a>)は");
	expect_html("a - b", "a - b");
	expect_html("今期\n順位", "今期<br>順位");
	expect_html("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;");
	expect_html("\xff\x80x", "\uFFFD\uFFFDx");
}

static void expect_markdown(const char *text, const char *markdown)
{
	AUTO(buf_done) struct buf out = {0};

	markdown_text(&out, text);
	cr_expect_str_eq(buf_str(&out), markdown);
}

Test(report_words, a_number_starts_no_list_in_markdown)
{
	expect_markdown("+ 9.0% (+ 11.83 件)", "\\+ 9.0% (+ 11.83 件)");
	expect_markdown("- 2.1%", "\\- 2.1%");
	expect_markdown("1. x", "1\\. x");
	expect_markdown("142.92 件", "142.92 件");
	expect_markdown("a|b*c*<i>`", "a\\|b\\*c\\*\\<i\\>\\`");
	expect_markdown("# x", "\\# x");
}

Test(report_words, axes_have_round_steps)
{
	cr_expect_eq(svg_step(190), 50);
	cr_expect_eq(svg_step(5), 1);
	cr_expect_eq(svg_step(5.1), 2);
	cr_expect_eq(svg_step(12), 2.5);
	cr_expect_float_eq(svg_step(0.02), 0.005, 1e-12);
	cr_expect_eq(svg_decimals(2.5), 1);
	cr_expect_eq(svg_decimals(50), 0);
	cr_expect_eq(svg_decimals(0.5), 1);
	cr_expect_eq(svg_decimals(0.005), 3);
}

Test(report_words, a_long_label_is_cut_between_characters)
{
	char out[SVG_LABEL_SIZE];

	cr_expect_str_eq(svg_fit("445/TCP", 100, out, sizeof(out)), "445/TCP");
	cr_expect_str_eq(svg_fit("ボスニア・ヘルツェゴビナ", 60, out, sizeof(out)), "ボスニア…");
	cr_expect_str_eq(svg_fit("x", 0, out, sizeof(out)), "…");
}

/* Every sum of parts that a pie may have: one part is a circle, none is a sentence. */
Test(report_words, a_pie_of_one_part_and_of_none)
{
	struct doc *d = doc_new(LANG_EN);
	AUTO(buf_done) struct buf one = {0};
	AUTO(buf_done) struct buf none = {0};
	struct chart *c = doc_figure(d, "3-1", "x", CHART_SHARES, 1, 1);

	c->empty_text = "No accesses";
	svg_chart(c, &none);
	cr_expect(strstr(buf_str(&none), "No accesses"));
	chart_set(c, 0, 0, 2);
	svg_chart(c, &one);
	cr_expect(strstr(buf_str(&one), "A118 118 0 1 1 150 249"));
	cr_expect(strstr(buf_str(&one), "100.0%"));
	doc_free(d);
}
