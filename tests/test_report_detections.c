/* Section 4 from fixed answers: tables, figures and sentences of the report of 2009-08, and what stands without it. */
#include "report/build.h"
#include "report/render.h"
#include "detection_fixture.h"

#include <jansson.h>

struct made {
	struct settings settings;
	struct report_options options;
	struct report_data data;
	struct doc *doc;
};

static void make(struct made *m, enum lang lang, void (*change)(struct report_data *data))
{
	struct err e = {0};

	*m = (struct made){0};
	cr_assert_eq(settings_init(&m->settings, &e), 0, "%s", e.text);
	fixture_data(&m->data);
	fixture_detections(&m->data);
	if (change)
		change(&m->data);
	m->options = (struct report_options){
		.settings = &m->settings,
		.lang = lang,
		.period = m->data.period,
		.versus = m->data.versus,
		.now_s = zone_time(2009, 9, 30, 9, 0, 0),
	};
	cr_assert_eq(build_report(&m->data, &m->options, &m->doc, &e), 0, "%s", e.text);
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
	cr_assert(text);
	to = text;
	for (const char *from = text; *from; from++)
		if (*from != '\\')
			*to++ = *from;
	*to = '\0';
	return text;
}

static void expect_all(void (*change)(struct report_data *data), enum lang lang, const char *const *sentences)
{
	struct made m;

	make(&m, lang, change);
	AUTO(free) char *text = text_of(&m);
	for (; *sentences; sentences++)
		cr_expect(strstr(text, *sentences), "does not say: %s", *sentences);
	unmake(&m);
}

Test(report_detections, tables_4_1_and_4_2_are_those_of_the_report_of_2009_08)
{
	static const char *const rows[] = {
		"| 1 位 | 1 位 | Worm | 5.86 件 | - 5.3% (- 0.33 件) |  | 2 位 |",
		"| 2 位 | 2 位 | Scan | 3.55 件 | - 11.0% (- 0.44 件) |  | 1 位 |",
		"| 3 位 | 4 位 | DNS | 1.39 件 | + 436.1% (+ 1.13 件) | 1 位 |  |",
		"| 4 位 | 3 位 | DoS | 0.46 件 | + 29.6% (+ 0.11 件) | 2 位 |  |",
		"| 1 位 | 1 位 | 中国 | 6.93 件 | - 7.3% (- 0.55 件) |  | 1 位 |",
		"| 2 位 | 8 位 | ドイツ | 1.25 件 | + 596.2% (+ 1.07 件) | 1 位 |  |",
		"| 3 位 | 2 位 | 米国 | 1.00 件 | - 5.6% (- 0.06 件) |  | 3 位 |",
		"| 4 位 | 3 位 | 台湾 | 0.36 件 | - 2.5% (- 0.01 件) |  |  |",
		"| 5 位 | 4 位 | 香港 | 0.34 件 | - 4.4% (- 0.02 件) |  |  |\n| ... |",
		"| 8 位 | 9 位 | スウェーデン | 0.12 件 | - 29.0% (- 0.05 件) |  | 5 位 |",
		"| 9 位 | 7 位 | カナダ | 0.10 件 | - 42.8% (- 0.08 件) |  | 2 位 |",
		"| 10 位 | 12 位 | ルーマニア | 0.09 件 | + 88.6% (+ 0.04 件) | 3 位 |  |",
		"| 11 位 | 13 位 | 英国 | 0.08 件 | + 106.0% (+ 0.04 件) | 4 位 |  |",
		"| 12 位 | 27 位 | オランダ | 0.07 件 | + 591.2% (+ 0.06 件) | 2 位 |  |\n| ... |",
		"| 16 位 | 43 位 | チリ | 0.04 件 | + 603.7% (+ 0.03 件) | 5 位 |  |\n| ... |",
		"| 31 位 | 11 位 | メキシコ | 0.01 件 | - 87.0% (- 0.06 件) |  | 4 位 |",
		NULL,
	};

	expect_all(NULL, LANG_JA, rows);
}

Test(report_detections, sentences_read_like_those_of_the_report_of_2009_08)
{
	static const char *const sentences[] = {
		"今期のシグネチャを用いた不正侵入等の検知件数は、一日・1IP 当たり 11.4 件で、前期と比較して + 0.4 件 (+ 3.9%)とほぼ横ばいであった。",
		"攻撃手法別では、DNS の検知が大幅に増加した。",
		"## 4 シグネチャを用いた不正侵入等の検知",
		"### 4-1 攻撃手法別",
		"攻撃手法別では、Worm 及び Scan で、全体の 82.5%を占める。",
		"DNS の検知件数は一日・1IP 当たり 1.4 件であり、前期と比較して + 1.1 件 (+ 436.1%)と大幅に増加した。",
		"このうち 89.2%は、特定の 1IP アドレスを発信元とするものである。",
		"を除いた検知件数は一日・1IP 当たり 0.2 件で、前期と比較して - 0.1 件 (- 31.8%)と減少した。",
		"表 4-1 シグネチャを用いた不正侵入等の攻撃手法別検知件数",
		"### 4-2 発信元国・地域別",
		"ドイツを発信元とする検知件数は一日・1IP 当たり 1.3 件であり、前期と比較して + 1.1 件 (+ 596.2%)と大幅に増加した。",
		"を除くと、検知件数はごく僅かであった。",
		"## 5 集計方法",
		"平成 21 年 8 月 31 日現在、シグネチャ 2,885 種類を登録している(community.rules(2.9)及び own.rules)。",
		"利用できなかったシグネチャは、12 種類である。",
		"表 5-1 グラフに表示される分類と代表的なシグネチャ",
		"| Worm | SQL Slammer、Sweep of a subnet for active hosts、DNS request made for all records、Proxy port probe |",
		NULL,
	};

	expect_all(NULL, LANG_JA, sentences);
}

Test(report_detections, english_says_the_same)
{
	static const char *const sentences[] = {
		"Signatures detected 11.4 accesses per day and IP address; compared with the previous period detections were almost unchanged: "
		"+ 0.4 (+ 3.9%).",
		"## 4 Detection of intrusions by signatures",
		"Worm and Scan make up 82.5% of the detections.",
		"89.2% of these detections come from a single IP address.",
		"## 5 Method",
		"2,885 signatures were loaded on 31 August 2009: community.rules (2.9) and own.rules.",
		NULL,
	};

	expect_all(NULL, LANG_EN, sentences);
}

Test(report_detections, there_are_figures_4_1_to_4_6)
{
	static const enum chart_kind kinds[] = {
		CHART_SHARES, CHART_SERIES, CHART_STACKS, CHART_SHARES, CHART_SERIES, CHART_STACKS};
	struct made m;
	size_t found = 0;

	make(&m, LANG_JA, NULL);
	for (size_t i = 0; i < m.doc->count; i++) {
		const struct part *p = &m.doc->parts[i];
		char number[8];

		if (p->kind != PART_FIGURE || p->number[0] != '4')
			continue;
		snprintf(number, sizeof(number), "4-%zu", found + 1);
		cr_expect_str_eq(p->number, number);
		cr_assert_lt(found, ARRAY_SIZE(kinds));
		cr_expect_eq(p->chart->kind, kinds[found]);
		cr_expect_str_eq(p->chart->unit, "件/日・IP");
		found++;
	}
	cr_expect_eq(found, 6u);
	unmake(&m);
}

static void detect_nothing(struct report_data *data)
{
	struct report_detections *d = &data->detections;
	struct top *tops[] = {d->categories, d->countries};

	for (size_t i = 0; i < ARRAY_SIZE(tops); i++) {
		for (size_t k = 0; k < tops[i]->count; k++)
			free(tops[i]->rows[k].key);
		tops[i]->count = 0;
		tops[i]->total = (struct measure){0};
	}
}

Test(report_detections, signatures_that_detected_nothing_are_said_to)
{
	static const char *const sentences[] = {
		"Signatures detected nothing in this period.", "## 5 Method", "2,885 signatures were loaded", NULL};

	expect_all(detect_nothing, LANG_EN, sentences);
}

static void no_signatures(struct report_data *data)
{
	data->detections.there = false;
}

static void unfit_filter(struct report_data *data)
{
	data->detections.unfit = true;
}

static void several(struct report_data *data)
{
	struct report_detections *d = &data->detections;

	d->sets = reallocarray(d->sets, 2, sizeof(*d->sets));
	d->sets[1] = (struct report_ruleset){.set = {.signatures = 2800}};
	d->set_count = 2;
	d->unjudged = 4;
	data->stored.detections = 30;
	data->stored.detections_without_source = 10;
}

Test(report_detections, section_4_says_when_there_were_no_signatures_and_gives_way_to_a_filter_that_it_cannot_have)
{
	static const char *const without[] = {"## 4 Detection of intrusions by signatures", "No signatures were loaded", "## 5 Method", NULL};
	static const char *const unfit[] = {"## 4 Method", "Detections by signatures are left out", NULL};
	static const char *const more[] = {"In this period 2 sets of signatures were in use",
		"4 captures of the two periods were taken in without signatures", "In floods, 30 detections of these periods were stored in less detail, 10 of them without their source.", NULL};
	struct made m;

	expect_all(no_signatures, LANG_EN, without);
	expect_all(unfit_filter, LANG_EN, unfit);
	expect_all(several, LANG_EN, more);
	make(&m, LANG_EN, no_signatures);
	AUTO(free) char *text = text_of(&m);
	cr_expect(!strstr(text, "Table 4") && !strstr(text, "detected"), "no numbers of them");
	unmake(&m);
}

Test(report_detections, json_has_the_sets)
{
	AUTO(buf_done) struct buf out = {0};
	struct made m;
	json_error_t error;

	make(&m, LANG_EN, NULL);
	render_json(m.doc, &m.data, &m.options, &out);
	json_t *root = json_loads(buf_str(&out), 0, &error);
	cr_assert(root, "%s", error.text);
	json_t *set = json_array_get(json_object_get(json_object_get(root, "method"), "signatures"), 0);
	cr_expect_eq(json_integer_value(json_object_get(set, "signatures")), 2885);
	cr_expect_str_eq(json_string_value(json_object_get(set, "loaded")), "2009-08-31T12:00:00+09:00");
	cr_expect_eq(json_array_size(json_object_get(set, "files")), 2u);
	json_decref(root);
	unmake(&m);
}
