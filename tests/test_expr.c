#include "analysis/analysis.h"
#include "flow/flow.h"
#include "geo/country.h"
#include "store/store.h"

#include "analysis_make.h"

#include <inttypes.h>

static struct expr *parse(const char *text)
{
	struct err e = {0};
	struct expr *x = NULL;

	cr_assert_eq(expr_parse(text, &x, &e), 0, "%s: %s", text, e.text);
	return x;
}

static void expect_error(const char *text, const char *message)
{
	struct err e = {0};
	struct expr *x = NULL;

	cr_assert_lt(expr_parse(text, &x, &e), 0, "%s", text);
	cr_assert_null(x);
	cr_assert_str_eq(e.text, message, "%s", text);
}

static bool matches(const char *text, const struct access *a)
{
	AUTO(expr_free) struct expr *x = parse(text);
	struct sensor sensors[2] = {{.name = (char *)"tokyo"}, {.name = (char *)"osaka"}};
	struct plant plant = {.sensors = sensors, .count = 2};

	return expr_matches(x, a, &plant);
}

static void expect_print(const char *text, const char *expected)
{
	AUTO(expr_free) struct expr *x = parse(text);
	AUTO(buf_done) struct buf printed = {0};
	AUTO(buf_done) struct buf again = {0};

	expr_print(x, &printed);
	cr_assert_str_eq(buf_str(&printed), expected);
	AUTO(expr_free) struct expr *second = parse(buf_str(&printed));
	expr_print(second, &again);
	cr_assert_str_eq(buf_str(&again), expected);
}

static struct access telnet_from_china(void)
{
	return (struct access){
		.ts_ns = INT64_C(1249052399) * 1000000000 +
			 999999999,		 /* 2009-07-31T14:59:59.999999999Z */
		.src = addr_from_v4(0xcb007105), /* 203.0.113.5 */
		.dst = addr_from_v4(0xc6336411), /* 198.51.100.17 */
		.service = service_make(PROTOCOL_TCP, 23),
		.length = 40,
		.asn = 4134,
		.country = {'C', 'N'},
		.sensor = 1,
		.sport = 6000,
		.window = 1024,
		.ttl = 64,
		.class = CLASS_scan,
		.tool = TOOL_mirai,
	};
}

Test(expr, nothing_takes_all)
{
	struct access a = telnet_from_china();

	cr_assert(expr_matches(NULL, &a, NULL));
	cr_assert_null(parse(NULL));
	cr_assert_null(parse(""));
	cr_assert_null(parse(" \t "));
}

Test(expr, every_dimension_matches_its_own_value_only)
{
	static const struct {
		const char *yes, *no;
	} cases[] = {
		{"service = 23/TCP", "service = 23/UDP"},
		{"country = CN", "country = KR"},
		{"country = 中国", "country = Japan"},
		{"asn = AS4134", "asn = 4135"},
		{"source = 203.0.113.5", "source = 203.0.113.4"},
		{"source in 203.0.113.0/24", "source in 203.0.112.0/24"},
		{"source in ::/0", "source in 2001:db8::/32"},
		{"network = 203.0.113.0/24", "network = 203.0.114.0/24"},
		{"network in 203.0.0.0/16", "network in 203.1.0.0/16"},
		{"sensor = osaka", "sensor = tokyo"},
		{"class = scan", "class = backscatter"},
		{"tool = mirai", "tool = -"},
		{"ttl <= 64", "ttl < 64"},
		{"ttl >= 64", "ttl > 64"},
		{"os = linux", "os = windows"},
		{"sport = 6000", "sport = 6001"},
		{"length = 40", "length != 40"},
		{"window in (1, 1024)", "window not in (1, 1024)"},
		{"hour = 14", "hour = 15"}, /* UTC; the second before the hour */
		{"payload = 00000000000000000000000000000000",
			"payload = ffffffffffffffffffffffffffffffff"},
		{"port = 23", "port = 24"},
		{"protocol = tcp", "protocol = UDP"},
		{"protocol = 6", "protocol = 17"},
		{"destination = 198.51.100.17", "destination in 198.51.100.0/28"},
		{"hops = 0", "hops > 0"},
		{"verdict = mirai", "verdict = -"},
		{"tag = -", "tag = mirai-syn"}, /* without labels */
		{"group = -", "group = \"Uni Ann Arbor\""},
		{"tcp_opts = -", "tcp_opts = 1024_00_00_00"},
		{"handshake = no", "handshake = yes"},
	};
	struct access a = telnet_from_china();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cr_expect(matches(cases[i].yes, &a), "%s", cases[i].yes);
		cr_expect_not(matches(cases[i].no, &a), "%s", cases[i].no);
	}
}

Test(expr, and_binds_more_than_or_and_not_more_than_and)
{
	struct access a = telnet_from_china();

	cr_assert(matches("ttl = 64 or ttl = 1 and ttl = 2", &a));
	cr_assert_not(matches("(ttl = 64 or ttl = 1) and ttl = 2", &a));
	cr_assert(matches("not ttl = 1 and ttl = 64", &a));
	cr_assert_not(matches("not (ttl = 1 or ttl = 64)", &a));
	cr_assert(matches("NOT NOT ttl = 64 AND country NOT IN (KR, US)", &a));
}

Test(expr, icmp_types_and_later_fragments_have_no_port)
{
	struct access a = telnet_from_china();

	a.service = service_make(PROTOCOL_ICMP, 8);
	cr_assert_not(matches("port = 8", &a));
	cr_assert_not(matches("port <= 65535", &a));
	cr_assert(matches("not port = 8", &a));
	a.service = service_make(PROTOCOL_UDP, 0) | 1u << 24;
	cr_assert_not(matches("port = 0", &a));
	a.service = service_make(PROTOCOL_UDP, 0);
	cr_assert(matches("port = 0", &a));
}

Test(expr, a_payload_is_named_by_the_start_of_its_sha_256)
{
	struct access a = telnet_from_china();

	a.payload = (const uint8_t *)"abc"; /* FIPS 180-2, appendix B.1 */
	a.payload_len = 3;
	cr_assert(matches("payload = BA7816BF8F01CFEA414140DE5DAE2223", &a));
}

Test(expr, prints_itself_normalised)
{
	expect_print("service=23/tcp", "service = 23/TCP");
	expect_print("ttl in (64,3, 64)", "ttl in (3, 64)");
	expect_print("country not in (kr , 'Japan')", "country not in (JP, KR)");
	expect_print("source in (203.0.113.7, 203.0.113.0/24, 2001:db8::/32)",
		"source in (203.0.113.0/24, 2001:db8::/32)");
	expect_print("not ttl<=64 AND (asn = 1 or asn = AS2)",
		"not ttl <= 64 and (asn = AS1 or asn = AS2)");
	expect_print("(ttl = 1 and ttl = 2) or hour > 3", "ttl = 1 and ttl = 2 or hour > 3");
	expect_print("not (ttl = 1 or ttl = 2)", "not (ttl = 1 or ttl = 2)");
	expect_print("not ttl != 1", "not ttl != 1");
	expect_print("sensor = \"and\"", "sensor = \"and\"");
	expect_print("tool != none", "tool != -");
	expect_print("protocol = gre", "protocol = GRE");
}

Test(expr, errors_name_the_place_and_what_was_meant)
{
	expect_error("servce = 23/TCP", "unknown dimension \"servce\" at 1: did you mean service?");
	expect_error(
		"ttl = 1 and src = 1", "unknown dimension \"src\" at 13: did you mean source?");
	expect_error("xyzzy = 1", "unknown dimension \"xyzzy\" at 1: expected one like service, "
				  "country, source, sensor");
	expect_error("service = 23", "at 11: \"23\" is no service: did you mean 23/TCP?");
	expect_error("country = Jpan", "at 11: \"Jpan\" is no country: did you mean Japan?");
	expect_error("country in (JP, \"QQQQQQ\")", "at 17: \"QQQQQQ\" is no country: expected a "
						    "country or region: two-letter code or name");
	expect_error("source = 203.0.113.5/24",
		"at 10: \"203.0.113.5/24\" is no source: did you mean 203.0.113.0/24?");
	expect_error("ttl = 256", "at 7: \"256\" is no ttl: expected a number from 0 to 255");
	expect_error("hour > 24", "at 8: \"24\" is no hour: expected a number from 0 to 23");
	expect_error("service < 3/TCP", "\"<\" at 9: service has no order; use =, != or in");
	expect_error("ttl", "the filter ends at 4: expected =, !=, <, <=, >, >= or in");
	expect_error("ttl not 3", "unexpected \"3\" at 9: expected \"in\"");
	expect_error("ttl in (3", "the filter ends at 10: expected \",\" or \")\"");
	expect_error("ttl in ()", "unexpected \")\" at 9: expected a value");
	expect_error("(ttl = 3", "the filter ends at 9: expected \")\", and, or");
	expect_error("ttl = 3)", "unexpected \")\" at 8: expected and, or, or the end");
	expect_error("country = '日本", "the quote at 11 is never closed");
	expect_error(
		"country = '日本' und", "unexpected \"und\" at 16: expected and, or, or the end");
	expect_error("network = 203.0.113.0/25",
		"at 11: \"203.0.113.0/25\" is no network: expected a prefix not longer than /24 "
		"(IPv6: /64); for single "
		"addresses ask source");
}

Test(expr, errors_are_in_japanese_too)
{
	text_set_lang(LANG_JA);
	expect_error(
		"servce = 1", "「servce」（1 文字目）という項目はありません: service のことですか");
	text_set_lang(LANG_EN);
}

Test(expr, sixty_four_levels_and_no_more)
{
	char text[512];

	for (int levels = 63; levels <= 65; levels++) {
		struct err e = {0};
		AUTO(expr_free) struct expr *x = NULL;

		memset(text, '(', (size_t)levels - 1);
		snprintf(text + levels - 1, sizeof(text) - (size_t)levels, "ttl=1%.*s", levels - 1,
			"))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))");
		cr_assert_eq(expr_parse(text, &x, &e) == 0, levels <= 64, "%d: %s", levels, e.text);
	}
}

Test(expr, ten_thousand_values_and_no_more)
{
	for (int count = 9999; count <= 10001; count++) {
		struct err e = {0};
		AUTO(expr_free) struct expr *x = NULL;
		AUTO(buf_done) struct buf text = {0};

		buf_text(&text, "ttl in (");
		for (int i = 0; i < count; i++)
			buf_printf(&text, "%s%d", i ? "," : "", i % 10);
		buf_char(&text, ')');
		cr_assert_eq(expr_parse(buf_str(&text), &x, &e) == 0, count <= 10000, "%d: %s",
			count, e.text);
	}
}

Test(expr, sixty_four_kibibytes_and_no_more)
{
	for (size_t len = 65535; len <= 65537; len++) {
		struct err e = {0};
		AUTO(expr_free) struct expr *x = NULL;
		AUTO(free) char *text = malloc(len + 1);

		memset(text, ' ', len);
		memcpy(text, "ttl = 1", 7);
		text[len] = '\0';
		cr_assert_eq(expr_parse(text, &x, &e) == 0, len <= 65536);
	}
}

Test(expr, a_sensor_is_left_out_only_when_nothing_of_it_can_match)
{
	static const struct {
		const char *text;
		bool may;
	} cases[] = {
		{"sensor = tokyo", true},
		{"sensor = osaka", false},
		{"sensor != tokyo", false},
		{"not sensor in (osaka, kyoto)", true},
		{"ttl = 3", true},
		{"ttl = 3 and sensor = osaka", false},
		{"ttl = 3 or sensor = osaka", true},
		{"not (ttl = 3 and sensor = tokyo)", true},
		{"not (ttl = 3 or sensor = tokyo)", false},
	};

	cr_assert(expr_may_have_sensor(NULL, "tokyo"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		AUTO(expr_free) struct expr *x = parse(cases[i].text);

		cr_expect_eq(expr_may_have_sensor(x, "tokyo"), cases[i].may, "%s", cases[i].text);
	}
}

Test(expr, sensors_that_the_plant_does_not_have_are_refused)
{
	struct plant plant;
	struct err e = {0};
	AUTO(expr_free) struct expr *good = parse("ttl = 1 or not sensor = s1");
	AUTO(expr_free) struct expr *bad = parse("ttl = 1 or not sensor = s2");

	make_plant(&plant, 2);
	cr_assert_eq(expr_check_sensors(NULL, &plant, &e), 0);
	cr_assert_eq(expr_check_sensors(good, &plant, &e), 0);
	cr_assert_lt(expr_check_sensors(bad, &plant, &e), 0);
	cr_assert_str_eq(e.text, "there is no sensor \"s2\"");
	plant_done(&plant);
}

/* --- the same truth in C and in SQL --- */

enum { ACCESSES = 3000, FILTERS = 200 };

/* Two days around a midnight of Tokyo. */
static struct access any_access(struct random *r)
{
	return random_access(r, INT64_C(1249052400) - 86400, 2 * 86400);
}

static struct access labelled_access(struct random *r, struct labels *l)
{
	struct access a = any_access(r);

	random_labels(r, l, &a);
	return a;
}

/* False when it is no label. */
static bool random_label(struct random *r, const char *name, struct buf *out)
{
	bool none = random_below(r, 5) == 0;

	if (strcmp(name, "tag") == 0)
		buf_text(out, none ? "-" : random_tags[random_below(r, ARRAY_SIZE(random_tags))]);
	else if (strcmp(name, "group") == 0)
		buf_printf(out, "\"%s\"", none ? "-" : random_groups[random_below(r, ARRAY_SIZE(random_groups))]);
	else if (strcmp(name, "tcp_opts") == 0)
		buf_printf(out, "%s%s", none ? "" : "1024_", random_syns[random_below(r, ARRAY_SIZE(random_syns))]);
	else if (strcmp(name, "handshake") == 0)
		buf_text(out, random_below(r, 2) ? "yes" : "no");
	else
		return false;
	return true;
}

static void random_value(struct random *r, const char *name, struct buf *out)
{
	char text[ADDR_TEXT_SIZE];
	struct access a = any_access(r);
	bool is_source = strcmp(name, "source") == 0;

	if (random_label(r, name, out))
		return;
	if (strcmp(name, "service") == 0) {
		buf_text(out, service_print(a.service, text));
	} else if (strcmp(name, "country") == 0) {
		buf_add(out, a.country, 2);
	} else if (is_source && random_below(r, 2)) {
		buf_text(out, addr_print(&a.src, text));
	} else if (is_source || strcmp(name, "network") == 0) {
		unsigned longest = addr_network(&a.src).bits;
		struct prefix p = {.bits = (uint8_t)(longest - random_below(r, 20) +
						     (is_source ? random_below(r, 8) : 0))};
		p.addr = addr_mask(&a.src, p.bits);
		buf_text(out, prefix_print(&p, text));
	} else if (strcmp(name, "destination") == 0) {
		buf_text(out, addr_print(&a.dst, text));
	} else if (strcmp(name, "sensor") == 0) {
		buf_printf(out, "s%u", random_below(r, 3));
	} else if (strcmp(name, "class") == 0) {
		buf_text(out, class_name(a.class));
	} else if (strcmp(name, "tool") == 0) {
		buf_text(out, tool_name(a.tool));
	} else if (strcmp(name, "os") == 0) {
		buf_text(out, os_name(a.ttl));
	} else if (strcmp(name, "payload") == 0) {
		buf_text(out, random_below(r, 2) ? "ba7816bf8f01cfea414140de5dae2223"
						 : "00000000000000000000000000000000");
	} else if (strcmp(name, "protocol") == 0) {
		buf_text(out, protocol_name(service_protocol(a.service)));
	} else {
		uint32_t n = strcmp(name, "asn") == 0	   ? a.asn
			     : strcmp(name, "ttl") == 0	   ? a.ttl
			     : strcmp(name, "sport") == 0  ? a.sport
			     : strcmp(name, "length") == 0 ? a.length
			     : strcmp(name, "window") == 0 ? a.window
			     : strcmp(name, "hour") == 0   ? random_below(r, 24)
			     : strcmp(name, "hops") == 0   ? random_below(r, 64)
							   : service_number(a.service);
		buf_printf(out, "%" PRIu32, n);
	}
}

static void random_test(struct random *r, struct buf *out)
{
#define X(name, ...) #name,
	static const char *const names[] = {DIMENSIONS(X) "port", "protocol", "destination"};
#undef X
	static const char *const orders[] = {"<", "<=", ">", ">="};
	const char *name = names[random_below(r, ARRAY_SIZE(names))];
	while (strcmp(name, "signature") == 0 || strcmp(name, "category") == 0) /* not of accesses */
		name = names[random_below(r, ARRAY_SIZE(names))];
	bool ordered =
		strstr("asn ttl sport length window hour hops port", name) && strcmp(name, "os") != 0;

	if (strcmp(name, "verdict") == 0) /* of a source: an access alone does not know it */
		name = "tool";
	uint32_t how = random_below(r, ordered ? 4 : 2);

	buf_printf(out, "%s ", name);
	if (how >= 2) {
		buf_printf(out, "%s ", orders[random_below(r, 4)]);
		random_value(r, name, out);
	} else if (how == 1) {
		buf_text(out, random_below(r, 2) ? "= " : "!= ");
		random_value(r, name, out);
	} else {
		uint32_t count = 1 + random_below(r, random_below(r, 4) ? 4 : 40);

		buf_text(out, random_below(r, 2) ? "in (" : "not in (");
		for (uint32_t i = 0; i < count; i++) {
			buf_text(out, i ? "," : "");
			random_value(r, name, out);
		}
		buf_char(out, ')');
	}
}

static void random_filter(struct random *r, int depth, struct buf *out)
{
	if (depth == 0 || random_below(r, 3) == 0) {
		random_test(r, out);
		return;
	}
	uint32_t items = 1 + random_below(r, 3);
	const char *between = random_below(r, 2) ? " and " : " or ";

	buf_text(out, random_below(r, 4) ? "(" : "not (");
	for (uint32_t i = 0; i < items; i++) {
		buf_text(out, i ? between : "");
		random_filter(r, depth - 1, out);
	}
	buf_char(out, ')');
}

Test(expr, reads_back_what_it_prints)
{
	struct random r = {20090801};
	struct plant plant;
	AUTO(intern_free) struct intern *groups = make_groups();
	AUTO(labels_free) struct labels *l = labels_new(groups);

	make_plant(&plant, 3);
	for (int i = 0; i < 500; i++) {
		AUTO(buf_done) struct buf text = {0};
		AUTO(buf_done) struct buf printed = {0};

		random_filter(&r, 3, &text);
		AUTO(expr_free) struct expr *x = parse(buf_str(&text));
		expr_print(x, &printed);
		AUTO(expr_free) struct expr *again = parse(buf_str(&printed));
		for (int j = 0; j < 50; j++) {
			struct access a = labelled_access(&r, l);

			cr_assert_eq(expr_matches(x, &a, &plant), expr_matches(again, &a, &plant),
				"%s", buf_str(&text));
		}
	}
	plant_done(&plant);
}

/* Accesses that match by C, and those that the store counts, in a filter of every shape. seed 1
 * fixes them. */
Test(expr, matches_in_c_exactly_what_matches_in_the_store)
{
	static struct access accesses[ACCESSES];
	struct random r = {1};
	struct trial t;
	struct plant plant;
	AUTO(intern_free) struct intern *groups = make_groups();
	AUTO(labels_free) struct labels *l = labels_new(groups);
	struct err e = {0};
	struct analysis a = {.plant = &plant, .now_s = INT64_C(1500000000)};
	struct question q = {.dimension = DIMENSION_NONE, .limit = SIZE_MAX};

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	if (!trial_open(&t))
		return;
	make_plant(&plant, 3);
	for (size_t i = 0; i < ACCESSES; i++)
		accesses[i] = labelled_access(&r, l);
	trial_insert(&t, &plant, accesses, ACCESSES, '1', true);
	a.store = t.store;
	cr_assert_eq(period_parse("2009-07-30..2009-08-03", 0, &q.period, &e), 0);
	cr_assert_eq(period_parse("2009-07-01", 0, &q.versus, &e), 0);
	for (int i = 0; i < FILTERS; i++) {
		AUTO(buf_done) struct buf text = {0};
		AUTO(top_free) struct top *top = NULL;
		uint64_t expected = 0;

		random_filter(&r, 3, &text);
		AUTO(expr_free) struct expr *x = parse(buf_str(&text));
		for (size_t j = 0; j < ACCESSES; j++)
			expected += expr_matches(x, &accesses[j], &plant);
		q.where = x;
		cr_assert_eq(analysis_top(&a, &q, &top, &e), 0, "%s: %s", buf_str(&text), e.text);
		cr_expect_eq(top->total.packets, expected, "%s: store %" PRIu64 ", C %" PRIu64,
			buf_str(&text), top->total.packets, expected);
	}
	plant_done(&plant);
	trial_done(&t);
}

/* 64 KiB of the shortest addresses and prefixes: more than one parameter of the server can hold. */
Test(expr, the_longest_lists_reach_the_store)
{
	static const char *const ends[] = {"", "/32", "/31", "/24"};
	struct random r = {4};
	struct trial t;
	struct plant plant;
	struct err e = {0};
	struct access accesses[64];
	struct analysis a = {.plant = &plant, .now_s = INT64_C(1500000000)};
	struct question q = {.dimension = DIMENSION_NONE, .limit = SIZE_MAX};

	cr_assert_eq(zone_use("Asia/Tokyo", &e), 0, "%s", e.text);
	if (!trial_open(&t))
		return;
	make_plant(&plant, 3);
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		accesses[i] = any_access(&r);
		accesses[i].src = addr_from_v4((uint32_t)(i / 8) << 24 | 1u << 16 |
					       (uint32_t)i % 8 << 8 | (uint32_t)i % 3);
	}
	trial_insert(&t, &plant, accesses, ARRAY_SIZE(accesses), '1', true);
	a.store = t.store;
	cr_assert_eq(period_parse("2009-07-30..2009-08-03", 0, &q.period, &e), 0);
	q.versus = period_before(&q.period);
	for (size_t end = 0; end < ARRAY_SIZE(ends); end++) {
		AUTO(buf_done) struct buf text = {0};
		AUTO(top_free) struct top *top = NULL;
		uint64_t expected = 0;

		buf_text(&text, "source in (9.9.9.9");
		for (unsigned i = 0; text.len < 65500;
			i += end == 3 ? 20 : 2 + 2 * random_below(&r, 2))
			buf_printf(&text, ",%u.%u.%u.%u%s", i / 1000, i / 100 % 10, i / 10 % 10,
				end == 3 ? 0 : i % 10, ends[end]);
		buf_char(&text, ')');
		AUTO(expr_free) struct expr *x = parse(buf_str(&text));
		for (size_t j = 0; j < ARRAY_SIZE(accesses); j++)
			expected += expr_matches(x, &accesses[j], &plant);
		q.where = x;
		cr_assert_eq(analysis_top(&a, &q, &top, &e), 0, "%s", e.text);
		cr_expect_eq(top->total.packets, expected);
		cr_expect_gt(expected, 0);
	}
	plant_done(&plant);
	trial_done(&t);
}
