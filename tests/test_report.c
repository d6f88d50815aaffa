/* A whole report from fixed answers: what it says, and that nothing of it changed unnoticed
 * (tests/golden). */
#include "report/build.h"
#include "report/build_access.h"
#include "report/render.h"
#include "report/svg.h"
#include "report_fixture.h"

#include <jansson.h>

struct made {
	struct settings settings;
	struct report_options options;
	struct report_data data;
	struct doc *doc;
};

static void make_with(struct made *m, enum lang lang, void (*change)(struct report_data *data))
{
	struct err e = {0};

	*m = (struct made){0};
	cr_assert_eq(settings_init(&m->settings, &e), 0, "%s", e.text);
	fixture_data(&m->data);
	if (change)
		change(&m->data);
	m->options = (struct report_options){
		.settings = &m->settings,
		.lang = lang,
		.period = m->data.period,
		.versus = m->data.versus,
		.geo_version = "country: example 2009-08-01; AS: example 2009-08-01",
		.program_version = "0.0.0",
		.now_s = zone_time(2009, 9, 30, 9, 0, 0),
	};
	cr_assert_eq(build_report(&m->data, &m->options, &m->doc, &e), 0, "%s", e.text);
}

static void make(struct made *m, enum lang lang)
{
	make_with(m, lang, NULL);
}

static void unmake(struct made *m)
{
	doc_free(m->doc);
	report_data_done(&m->data);
	settings_done(&m->settings);
}

/* Markdown without its escapes. */
static char *text_of(const struct made *m)
{
	AUTO(buf_done) struct buf out = {0};
	char *text, *to;

	render_markdown(m->doc, &out);
	text = strdup(buf_str(&out));
	to = text;
	for (const char *from = text; *from; from++)
		if (*from != '\\')
			*to++ = *from;
	*to = '\0';
	return text;
}

static void expect(const char *text, const char *sentence)
{
	cr_expect(strstr(text, sentence), "does not say: %s", sentence);
}

static void expect_not(const char *text, const char *sentence)
{
	cr_expect(!strstr(text, sentence), "says: %s", sentence);
}

/* --- golden files --- */

static void golden(const char *name, const struct buf *made)
{
	AUTO(buf_done) struct buf kept = {0};
	char path[4096];
	size_t len;

	snprintf(path, sizeof(path), "%s/tests/golden/%s", getenv("TEITEN_SOURCE"), name);
	if (getenv("TEITEN_ACCEPT")) {
		FILE *file = fopen(path, "we");
		cr_assert(file && fwrite(buf_str(made), 1, made->len, file) == made->len &&
				  fclose(file) == 0,
			"%s", path);
		return;
	}
	AUTO(fclose) FILE *file = fopen(path, "re");
	cr_assert(file, "%s is missing: TEITEN_ACCEPT=1 makes it", path);
	for (char chunk[4096]; (len = fread(chunk, 1, sizeof(chunk), file)) > 0;)
		buf_add(&kept, chunk, len);
	cr_expect(kept.len == made->len && memcmp(buf_str(&kept), buf_str(made), made->len) == 0,
		"%s differs: look at it; TEITEN_ACCEPT=1 takes the new one", path);
}

static void check_golden(enum lang lang)
{
	AUTO(buf_done) struct buf html = {0};
	AUTO(buf_done) struct buf markdown = {0};
	AUTO(buf_done) struct buf json = {0};
	struct made m;
	char name[64];

	make(&m, lang);
	render_html(m.doc, &html);
	render_markdown(m.doc, &markdown);
	render_json(m.doc, &m.data, &m.options, &json);
	snprintf(name, sizeof(name), "report-%s.html", lang_name(lang));
	golden(name, &html);
	snprintf(name, sizeof(name), "report-%s.md", lang_name(lang));
	golden(name, &markdown);
	snprintf(name, sizeof(name), "report-%s.json", lang_name(lang));
	golden(name, &json);
	unmake(&m);
}

Test(report, the_japanese_report_is_the_golden_one)
{
	check_golden(LANG_JA);
}

Test(report, the_english_report_is_the_golden_one)
{
	check_golden(LANG_EN);
}

/* --- the report of 2009-08 --- */

Test(report, table_3_1_is_that_of_the_report_of_2009_08)
{
	struct made m;

	make(&m, LANG_JA);
	AUTO(free) char *text = text_of(&m);
	expect(text, "\n| 1 位 | 1 位 | 445/TCP | 142.92 件 | + 9.0% (+ 11.83 件) | 2 位 |  |\n"
		     "| 2 位 | 2 位 | 135/TCP | 56.09 件 | - 2.1% (- 1.19 件) |  | 3 位 |\n"
		     "| 3 位 | 3 位 | 8/ICMP | 36.77 件 | + 19.8% (+ 6.08 件) | 3 位 |  |\n"
		     "| 4 位 | 6 位 | 2967/TCP | 23.40 件 | + 131.9% (+ 13.31 件) | 1 位 |  |\n"
		     "| 5 位 | 4 位 | 1433/TCP | 22.73 件 | - 15.3% (- 4.11 件) |  | 2 位 |\n"
		     "| ... |  |  | ... |  |  |  |\n"
		     "| 7 位 | 5 位 | 4899/TCP | 5.74 件 | - 45.2% (- 4.74 件) |  | 1 位 |\n"
		     "| ... |  |  | ... |  |  |  |\n"
		     "| 11 位 | 13 位 | 1521/TCP | 2.61 件 | + 28.5% (+ 0.58 件) | 4 位 |  |\n"
		     "| ... |  |  | ... |  |  |  |\n"
		     "| 18 位 | 16 位 | 8088/TCP | 1.05 件 | - 23.6% (- 0.32 件) |  | 5 位 |\n"
		     "| ... |  |  | ... |  |  |  |\n"
		     "| 26 位 | - | 17566/TCP | 0.46 件 | - ¹ (+ 0.46 件) | 5 位 |  |\n"
		     "| ... |  |  | ... |  |  |  |\n"
		     "| - | 27 位 | 62400/TCP | ごく僅か | - 99.8% (- 0.58 件) |  | 4 位 |\n\n"
		     "<sup>1</sup> 前期の検知件数が少なかった(0.002 "
		     "件)ため、前期比率は記載していない。\n");
	unmake(&m);
}

Test(report, table_3_2_is_that_of_the_report_of_2009_08)
{
	struct made m;

	make(&m, LANG_JA);
	AUTO(free) char *text = text_of(&m);
	expect(text,
		"\n| 1 位 | 1 位 | 中国 | 155.71 件 | + 35.8% (+ 41.05 件) | 1 位 |  |\n"
		"| 2 位 | 2 位 | 日本 | 78.76 件 | + 6.5% (+ 4.82 件) | 3 位 |  |\n"
		"| 3 位 | 3 位 | 米国 | 25.36 件 | + 5.7% (+ 1.37 件) | 5 位 |  |\n"
		"| 4 位 | 4 位 | ロシア | 19.55 件 | + 33.5% (+ 4.91 件) | 2 位 |  |\n"
		"| 5 位 | 5 位 | 台湾 | 15.55 件 | + 16.4% (+ 2.19 件) | 4 位 |  |\n"
		"| ... |  |  | ... |  |  |  |\n"
		"| 7 位 | 6 位 | 韓国 | 8.72 件 | - 24.3% (- 2.80 件) |  | 1 位 |\n"
		"| ... |  |  | ... |  |  |  |\n"
		"| 12 位 | 10 位 | 香港 | 5.09 件 | - 9.2% (- 0.52 件) |  | 5 位 |\n"
		"| ... |  |  | ... |  |  |  |\n"
		"| 18 位 | 14 位 | 英国 | 2.63 件 | - 31.8% (- 1.23 件) |  | 2 位 |\n"
		"| ... |  |  | ... |  |  |  |\n"
		"| 29 位 | 24 位 | チリ | 1.37 件 | - 28.0% (- 0.53 件) |  | 4 位 |\n"
		"| ... |  |  | ... |  |  |  |\n"
		"| 36 位 | 26 位 | ベネズエラ | 0.99 件 | - 36.4% (- 0.57 件) |  | 3 位 |\n\n");
	unmake(&m);
}

Test(report, sentences_read_like_those_of_the_report_of_2009_08)
{
	struct made m;

	make(&m, LANG_JA);
	AUTO(free) char *text = text_of(&m);
	expect(text, "平成 21 年 9 月 30 日");
	expect(text, "(平成 21 年 8 月期)");
	expect(text, "今期のセンサーに対するアクセス件数は、一日・1IP 当たり 412.0 "
		     "件で、前期と比較して + 51.9 件 (+ 14.4%)とやや増加した。");
	expect(text, "アクセス件数の上位 5 ポートは、445/TCP、135/TCP、ICMP Echo "
		     "Request(以降、「8/ICMP」と表記する。)、2967/TCP 及び "
		     "1433/TCP の順であった。");
	expect(text, "最もアクセス件数が多い 445/TCP は、一日・1IP 当たり 142.9 "
		     "件で、前期と比較して + 11.8 件 (+ 9.0%)とやや増加した。");
	expect(text, "特に日本国内からのアクセスが前期と比較して + 7.5 件 (+ 26.5%)と増加した。");
	expect(text, "発信元国・地域別で見ると、中国及びロシアからのアクセスが増加した。");
	expect(text, "上位 3 位までの順位は、前期から変動がない。");
	expect(text, "上位 5 位までの順位は、前期から変動がない。");
	expect(text, "前期 27 位の 62400/TCP に対するアクセスは、今期はほとんど見られなかった。");
	expect(text, "17566/TCP は、前期にはほとんど検知していなかったが、今期は 26 位となった。");
	expect(text, "445/TCP "
		     "に対するアクセスは、日本からのアクセスは増加、中国からのアクセスは横ばい、米"
		     "国、ロシア及び台湾からのアクセスは"
		     "やや増加となった。");
	expect(text, "中国を発信元とする特定の 1IP アドレスからのものである。");
	expect(text, "特定の 1IP アドレスからの跳ね返りパケットである。");
	unmake(&m);
}

Test(report, english_says_the_same)
{
	struct made m;

	make(&m, LANG_EN);
	AUTO(free) char *text = text_of(&m);
	expect(text, "30 September 2009");
	expect(text, "(August 2009)");
	expect(text, "In this period the sensors received 412.0 accesses per day and IP address. "
		     "Compared with the previous period, "
		     "accesses rose slightly: + 51.9 (+ 14.4%).");
	expect(text, "The 5 most accessed ports were, in this order: 445/TCP, 135/TCP, ICMP Echo "
		     "Request (\"8/ICMP\" from here on), "
		     "2967/TCP and 1433/TCP.");
	expect(text, "| - | 27 | 62400/TCP | negligible | - 99.8% (- 0.58) |  | 4 |");
	expect(text, "<sup>1</sup> The previous value was small (0.002), so that no percentage is "
		     "given.");
	unmake(&m);
}

/* --- figures --- */

static const struct part *figure(const struct made *m, const char *number)
{
	for (size_t i = 0; i < m->doc->count; i++)
		if (m->doc->parts[i].kind == PART_FIGURE &&
			strcmp(m->doc->parts[i].number, number) == 0)
			return &m->doc->parts[i];
	cr_assert_fail("no figure %s", number);
	return NULL;
}

Test(report, there_are_figures_3_1_to_3_16)
{
	struct made m;
	char number[8];

	make(&m, LANG_JA);
	for (int i = 1; i <= 16; i++) {
		snprintf(number, sizeof(number), "3-%d", i);
		figure(&m, number);
	}
	cr_expect_str_eq(figure(&m, "3-1")->text, "世界の宛先ポート比率¹");
	cr_expect_str_eq(figure(&m, "3-2")->text, "日本の宛先ポート比率¹");
	cr_expect_str_eq(figure(&m, "3-3")->text, "宛先ポートの国・地域別比率¹");
	cr_expect_str_eq(figure(&m, "3-4")->text, "宛先ポート 445/TCP に対するアクセスの推移");
	cr_expect_str_eq(figure(&m, "3-6")->text, "8/ICMP のアクセスの推移");
	cr_expect_str_eq(figure(&m, "3-9")->text, "発信元国・地域別 跳ね返りパケット件数");
	cr_expect_str_eq(figure(&m, "3-10")->text, "発信元国・地域別比率¹");
	cr_expect_str_eq(figure(&m, "3-11")->text, "発信元国・地域別上位のポート別比率¹");
	cr_expect_str_eq(figure(&m, "3-16")->text, "台湾からのアクセスの推移");
	unmake(&m);
}

Test(report, the_days_of_a_figure_sum_up_to_the_number_of_the_table)
{
	struct made m;
	char number[8];

	make(&m, LANG_JA);
	for (size_t i = 0; i < REPORT_COURSES; i++) {
		snprintf(number, sizeof(number), "3-%zu", 4 + i);
		const struct chart *services = figure(&m, number)->chart;
		snprintf(number, sizeof(number), "3-%zu", 12 + i);
		const struct chart *countries = figure(&m, number)->chart;
		double service = 0, country = 0;

		for (size_t day = 0; day < FIXTURE_DAYS; day++) {
			service += chart_row_sum(services, day) / FIXTURE_DAYS;
			country += chart_row_sum(countries, day) / FIXTURE_DAYS;
		}
		cr_expect_float_eq(service, m.data.services->rows[i].m.rate, 1e-9);
		cr_expect_float_eq(country, m.data.countries->rows[i].m.rate, 1e-9);
	}
	cr_expect_float_eq(chart_row_sum(figure(&m, "3-1")->chart, 0), 412, 1e-9);
	cr_expect_float_eq(
		chart_get(figure(&m, "3-1")->chart, 0, 0), m.data.services->rows[0].m.rate, 1e-12);
	cr_expect_float_eq(chart_get(figure(&m, "3-9")->chart, 0, 1),
		m.data.backscatter->rows[0].m.previous_rate, 1e-12);
	cr_expect_float_eq(
		chart_row_sum(figure(&m, "3-3")->chart, 3), m.data.services->rows[3].m.rate, 1e-9);
	unmake(&m);
}

Test(report, a_country_has_one_colour_in_all_figures)
{
	struct made m;

	make(&m, LANG_JA);
	for (unsigned i = 0; i < 5; i++) {
		cr_expect_eq(figure(&m, "3-3")->chart->slots[i], i);
		for (size_t j = 0; j < 5; j++)
			if (strcmp(figure(&m, "3-8")->chart->column_labels[j],
				    figure(&m, "3-3")->chart->column_labels[i]) == 0)
				cr_expect_eq(figure(&m, "3-8")->chart->slots[j], i);
		cr_expect_eq(figure(&m, "3-10")->chart->slots[i], i);
	}
	cr_expect_eq(figure(&m, "3-3")->chart->slots[5], CHART_SLOT_OTHERS);
	/* 1026/UDP is none of the first ten of the world: a colour that nothing else has here */
	const struct chart *home = figure(&m, "3-2")->chart;
	for (size_t i = 0; i < home->columns; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect_neq(home->slots[i], home->slots[j]);
	unmake(&m);
}

static void drop_a_day(struct report_data *data)
{
	data->service_courses[0].trend->total.points[4].exposure = 0;
	data->service_courses[0].trend->total.points[4].packets = 0;
}

Test(report, a_day_without_observation_is_a_gap_and_not_a_zero)
{
	struct made m;

	make_with(&m, LANG_JA, drop_a_day);
	cr_expect(isnan(chart_get(figure(&m, "3-4")->chart, 4, 0)));
	cr_expect_eq(figure(&m, "3-4")->notes.count, 1);
	cr_expect_str_eq(figure(&m, "3-4")->notes.items[0], "網掛けの日は観測していない。");
	cr_expect_eq(figure(&m, "3-5")->notes.count, 0);
	unmake(&m);
}

/* --- what data does not support is not said --- */

static void forget_previous(struct top *top)
{
	top->versus_exposure = 0;
	top->total.previous_rate = top->total.change = top->total.change_pct = NAN;
	top->total.previous_packets = 0;
	for (size_t i = 0; i < top->count; i++) {
		struct measure *m = &top->rows[i].m;
		m->previous_rate = m->change = m->change_pct = NAN;
		m->previous_packets = 0;
		m->previous_rank = m->rise_rank = m->fall_rank = 0;
	}
}

static void first_month(struct report_data *data)
{
	forget_previous(data->services);
	forget_previous(data->countries);
	forget_previous(data->home_services);
	forget_previous(data->backscatter);
	forget_previous(data->first_service);
}

Test(report, the_first_month_is_compared_with_nothing)
{
	struct made m;

	make_with(&m, LANG_JA, first_month);
	AUTO(free) char *text = text_of(&m);
	expect(text,
		"一日・1IP 当たり 412.0 件であった。前期の観測がないため、比較は行っていない。");
	expect(text, "| 1 位 | - | 445/TCP | 142.92 件 | - ¹ |  |  |");
	expect(text, "<sup>1</sup> 前期の観測がないため、前期比は記載していない。");
	expect_not(text, "前期と比較して");
	expect_not(text, "nan");
	unmake(&m);
}

static void gather_secret_filter(struct report_data *data)
{
	data->filter = strdup("sensor = tokyo-1");
	data->filter_is_secret = true;
	data->addresses = 8;
	data->incomplete = 2;
}

static void few(struct report_data *data)
{
	struct measure *total = &data->services->total, *first = &data->services->rows[0].m;
	struct trend *days = data->service_courses[0].trend;

	total->previous_packets = 2;
	total->previous_rate = 2.0 / FIXTURE_EXPOSURE;
	first->packets = 3;
	first->rate = 3.0 / FIXTURE_EXPOSURE;
	data->countries->rows[0].m.previous_rate = 3.0 / FIXTURE_EXPOSURE;
	days->total.packets = 3;
	for (size_t day = 0; day < days->points; day++)
		days->total.points[day].packets = day == 9 ? 3 : 0;
}

Test(report, a_handful_of_packets_has_no_rank_and_no_outstanding_day)
{
	struct made m;

	make_with(&m, LANG_EN, few);
	AUTO(free) char *text = text_of(&m);
	expect(text, "in the previous period hardly any");
	expect(text, "Accesses to 445/TCP (figure 3-4) were negligible.");
	expect_not(text, "no previous period");
	expect_not(text, "445/TCP, on rank 1");
	expect_not(text, "have not changed since the previous period");
	expect_not(text, "31.0 times the mean");
	unmake(&m);
}

Test(report, a_filter_that_names_sensors_is_not_printed)
{
	AUTO(buf_done) struct buf json = {0};
	struct made m;

	make_with(&m, LANG_JA, gather_secret_filter);
	AUTO(free) char *text = text_of(&m);
	expect(text, "条件がセンサーに関するものであるため、記載しない。");
	expect_not(text, "tokyo-1");
	render_json(m.doc, &m.data, &m.options, &json);
	expect_not(buf_str(&json), "tokyo-1");
	expect(text, "偶然によるものが含まれる可能性がある。");
	expect(text, "取り込みの完了していないキャプチャが 2 個あり");
	unmake(&m);
}

static void flooded(struct report_data *data)
{
	data->stored = (struct approximation){.coarse = 12345, .without_source = 678};
	data->sketched = true;
	data->services->approximate =
		(struct approximate){.sketched = true, .coarse = 12345, .without_source = 678,
			.packets = true};
}

Test(report, what_is_not_exact_has_notes_and_a_sentence)
{
	struct made m;

	make_with(&m, LANG_EN, flooded);
	AUTO(free) char *en = text_of(&m);
	expect(en, "In floods, 12,345 accesses of these periods were stored in less detail, 678 of them without "
		   "their source.");
	expect(en, "Numbers of source addresses are estimated");
	expect(en, "678 accesses of a flood are stored without their source, so that source addresses are too few.");
	expect(en, "The number of source addresses is estimated (about 1% off).");
	expect(en, "12,345 accesses of a flood are stored without what the condition asks for");
	unmake(&m);
	make_with(&m, LANG_JA, flooded);
	AUTO(free) char *ja = text_of(&m);
	expect(ja, "12,345 件を詳細を省いて保存しており、うち 678 件は発信元も省いている。");
	expect(ja, "発信元 IP アドレス数は実際より少ない。");
	expect(ja, "推定値である");
	unmake(&m);
	make(&m, LANG_EN);
	AUTO(free) char *exact = text_of(&m);
	expect_not(exact, "flood");
	expect_not(exact, "estimated");
	unmake(&m);
}

Test(report, accesses_without_source_are_not_said_to_be_of_one)
{
	struct trend trend = {0};
	struct point one = {.sources = 1}, two = {.sources = 2};

	cr_expect(is_one_source(&trend, &one));
	cr_expect(!is_one_source(&trend, &two));
	trend.approximate.without_source = 1;
	cr_expect(!is_one_source(&trend, &one));
}

/* --- renderers --- */

Test(report, json_has_printed_and_unrounded_numbers)
{
	AUTO(buf_done) struct buf out = {0};
	struct made m;
	json_error_t error;

	make(&m, LANG_JA);
	render_json(m.doc, &m.data, &m.options, &out);
	json_t *root = json_loads(buf_str(&out), 0, &error);
	cr_assert(root, "%s", error.text);
	size_t i, tables = 0;
	json_t *part;
	json_array_foreach(json_object_get(root, "parts"), i, part)
	{
		if (strcmp(json_string_value(json_object_get(part, "kind")), "table") != 0 ||
			strcmp(json_string_value(json_object_get(part, "number")), "3-1") != 0)
			continue;
		json_t *row = json_array_get(json_object_get(part, "rows"), 0);
		tables++;
		cr_expect_str_eq(
			json_string_value(json_array_get(json_object_get(row, "cells"), 3)),
			"142.92 件");
		cr_expect_eq(json_real_value(json_object_get(row, "rate")),
			m.data.services->rows[0].m.rate);
		cr_expect_eq(json_integer_value(json_object_get(row, "rank")), 1);
		cr_expect(json_is_null(json_object_get(row, "fall_rank")));
	}
	cr_expect_eq(tables, 1);
	json_decref(root);
	unmake(&m);
}

static void hostile(struct report_data *data)
{
	free(data->services->rows[0].key);
	data->services->rows[0].key = strdup("<script>alert(1)</script>|*x*");
	data->service_courses[0].key = data->services->rows[0].key;
}

Test(report, hostile_text_stays_text_in_every_form)
{
	AUTO(buf_done) struct buf html = {0};
	AUTO(buf_done) struct buf markdown = {0};
	AUTO(buf_done) struct buf svg = {0};
	struct made m;

	make_with(&m, LANG_JA, hostile);
	render_html(m.doc, &html);
	expect_not(buf_str(&html), "<script");
	expect(buf_str(&html), "&lt;script&gt;");
	render_markdown(m.doc, &markdown);
	expect_not(buf_str(&markdown), "| <script");
	expect(buf_str(&markdown), "\\<script\\>alert(1)\\</script\\>\\|\\*x\\*");
	svg_chart(figure(&m, "3-1")->chart, &svg);
	expect_not(buf_str(&svg), "<script");
	unmake(&m);
}

Test(report, the_page_loads_nothing)
{
	AUTO(buf_done) struct buf html = {0};
	struct made m;

	make(&m, LANG_JA);
	render_html(m.doc, &html);
	expect_not(buf_str(&html), "src=");
	expect_not(buf_str(&html), "<link");
	expect_not(buf_str(&html), "@import");
	expect_not(buf_str(&html), "<script");
	unmake(&m);
}
