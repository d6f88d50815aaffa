/* Scenarios to captures: the same seed, exact margins, a truth that agrees with the bytes. */
#include "synth_make.h"

#include "synth/synth.h"

TestSuite(synth, .fini = synth_clean);

/* --- determinism --- */

static bool same_file(const char *a, const char *b)
{
	size_t len_a, len_b;
	uint8_t *data_a = read_whole(a, &len_a), *data_b = read_whole(b, &len_b);
	bool same = len_a == len_b && memcmp(data_a, data_b, len_a) == 0;

	free(data_a);
	free(data_b);
	return same;
}

/* How many of the captures of two runs differ. */
static size_t differing(const char *a, const char *b, size_t *ret_files)
{
	json_t *truth = synth_truth(a), *file;
	size_t i, count = 0;

	json_array_foreach(json_object_get(truth, "files"), i, file)
	{
		char path_a[512], path_b[512];
		const char *relative = json_string_value(json_object_get(file, "path"));
		snprintf(path_a, sizeof(path_a), "%s/%s", synth_path(a), relative);
		snprintf(path_b, sizeof(path_b), "%s/%s", synth_path(b), relative);
		count += !same_file(path_a, path_b);
	}
	*ret_files = json_array_size(json_object_get(truth, "files"));
	json_decref(truth);
	return count;
}

Test(synth, the_same_seed_gives_the_same_bytes_and_another_seed_others)
{
	char a[256], b[256], c[256];
	size_t files;

	synth_good(SMALL, "one", 0);
	synth_good(SMALL, "two", 5); /* the scenario's own */
	synth_good(SMALL, "three", 6);
	cr_assert_eq(differing("one", "two", &files), 0);
	cr_assert_eq(files, 4);
	cr_assert_eq(differing("one", "three", &files), files);
	snprintf(a, sizeof(a), "%s/truth.json", synth_path("one"));
	snprintf(b, sizeof(b), "%s/truth.json", synth_path("two"));
	snprintf(c, sizeof(c), "%s/truth.json", synth_path("three"));
	cr_assert(same_file(a, b));
	cr_assert_not(same_file(a, c));
}

/* --- margins --- */

static uint64_t pair_packets(const json_t *period, const char *service, const char *country)
{
	size_t i;
	json_t *pair;

	json_array_foreach(json_object_get(period, "pairs"), i,
		pair) if (strcmp(json_string_value(json_object_get(pair, "service")), service) ==
				  0 &&
			  strcmp(json_string_value(json_object_get(pair, "country")), country) ==
				  0) return json_number(pair, "packets");
	return 0;
}

Test(synth, services_countries_and_pairs_have_exactly_their_packets)
{
	static const struct {
		const char *table, *key;
		uint64_t packets[2];
	} expected[] = {{"services", "445/TCP", {1500, 1700}}, {"services", "8/ICMP", {400, 500}},
		{"services", "53/UDP", {300, 350}}, {"services", "23/TCP", {600, 700}},
		{"services", "3/ICMP", {50, 60}}, {"countries", "JP", {1500, 1600}},
		{"countries", "CN", {1200, 1900}}, {"countries", "US", {800, 900}}};

	synth_good(SMALL, "out", 0);
	json_t *truth = synth_truth("out");
	for (size_t p = 0; p < 2; p++) {
		const json_t *period = json_array_get(json_object_get(truth, "periods"), p);
		for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
			cr_assert_eq(row_field(json_object_get(period, expected[i].table),
					     expected[i].key, "packets"),
				expected[i].packets[p], "%zu %s", p, expected[i].key);
		cr_assert_eq(pair_packets(period, "445/TCP", "JP"), p ? 900 : 700);
		cr_assert_eq(pair_packets(period, "23/TCP", "CN"), p ? 333 : 100);
	}
	json_decref(truth);
}

Test(synth, the_sums_of_the_truth_agree)
{
	static const char *const tables[] = {
		"services", "countries", "classes", "ttls", "tools", "sensors", "days"};
	uint64_t accesses = 0, of_files = 0, frames = 0;
	size_t i;
	json_t *file;

	synth_good(SMALL, "out", 0);
	json_t *truth = synth_truth("out");
	for (size_t p = 0; p < 2; p++) {
		const json_t *period = json_array_get(json_object_get(truth, "periods"), p);
		uint64_t packets = json_number(period, "packets");
		accesses += packets;
		cr_assert_eq(packets, p ? 5000 : 4000);
		for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
			cr_assert_eq(rows_sum(json_object_get(period, tables[t])), packets, "%s",
				tables[t]);
		cr_assert_eq(rows_sum(json_object_get(period, "backscatter")),
			row_field(json_object_get(period, "classes"), "backscatter", "packets"));
		cr_assert_float_eq(
			json_number_value(json_object_get(period, "exposure")), 5 * 31, 1e-9);
	}
	json_array_foreach(json_object_get(truth, "files"), i, file)
	{
		of_files += json_number(file, "accesses");
		frames += json_number(file, "frames");
	}
	cr_assert_eq(of_files, accesses);
	cr_assert_eq(frames, accesses + 6 + 2 + 8 + 4);
	json_decref(truth);
}

Test(synth, a_rate_is_packets_per_address_and_day)
{
	synth_good(SMALL_SENSORS
		"total: {rate: [1, 2]}\n"
		"services:\n  - {service: 80/TCP, rate: [0.5, 0.26]}\nother_services: {ports: 3}\n"
		"countries:\n  - {country: JP, rate: [1, 2]}\n",
		"out", 0);
	json_t *truth = synth_truth("out");
	const json_t *period = json_array_get(json_object_get(truth, "periods"), 1);
	cr_assert_eq(json_number(period, "packets"), 310); /* 5 addresses x 31 days x 2 */
	cr_assert_eq(
		row_field(json_object_get(period, "services"), "80/TCP", "packets"), 40); /* 40.3 */
	json_decref(truth);
}

/* --- the bytes --- */

struct counts {
	uint64_t tcp[65536], udp[65536], icmp[256];
	uint64_t accesses, arp, empty, left, beside;
	uint64_t mirai, zmap, masscan, backwards, snapped, bad_ip_checksum, bad_checksum,
		bad_options;
	uint64_t ttls[256];
	int64_t first_ns, last_ns, before_ns;
};

static uint32_t checksum_of(const uint8_t *data, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static bool is_sensor(uint32_t v4)
{
	return (v4 & 0xfffffffc) == 0xc6336410 || v4 == 0xcb007107;
}

static void count_tool(struct counts *c, const uint8_t *ip, const uint8_t *tcp)
{
	uint32_t dst = big32(ip + 16), seq = big32(tcp + 4), id = big16(ip + 4),
		 port = big16(tcp + 2);

	if ((tcp[13] & 0x12) != 0x02)
		return;
	c->mirai += seq == dst;
	c->zmap += id == 54321;
	c->masscan += id == ((dst ^ port ^ seq) & 0xffff);
	c->bad_options += tcp[12] >> 4 == 7 && tcp[25] > 3;
}

static void count_access(struct counts *c, const struct walked *w)
{
	const uint8_t *ip = w->frame + 14, *transport = ip + 20;
	size_t len = big16(ip + 2) - 20;
	uint32_t pseudo = ip[9] == 1 ? 0 : checksum_of(ip + 12, 8, ip[9] + (uint32_t)len);

	c->accesses++;
	c->ttls[ip[8]]++;
	c->bad_ip_checksum += checksum_of(ip, 20, 0) != 0xffff;
	c->bad_checksum += checksum_of(transport, len, pseudo) != 0xffff;
	if (ip[9] == 6) {
		c->tcp[big16(transport + 2)]++;
		count_tool(c, ip, transport);
	} else if (ip[9] == 17) {
		c->udp[big16(transport + 2)]++;
	} else {
		c->icmp[transport[0]]++;
	}
	if (c->first_ns == 0 || w->ts_ns < c->first_ns)
		c->first_ns = w->ts_ns;
	if (w->ts_ns > c->last_ns)
		c->last_ns = w->ts_ns;
}

static void count_frame(const struct walked *w, void *context)
{
	struct counts *c = context;

	c->backwards += w->ts_ns < c->before_ns;
	c->before_ns = w->ts_ns;
	if (w->cap_len == 0) {
		c->empty++;
		return;
	}
	c->snapped += w->cap_len < w->wire_len;
	if (!walked_is_ip(w))
		c->arp += big16(w->frame + 12) == 0x0806;
	else if (is_sensor(big32(w->frame + 26)))
		c->left++;
	else if (!is_sensor(big32(w->frame + 30)))
		c->beside++;
	else
		count_access(c, w);
}

/* Counts one period; before_ns starts anew with each file. */
static struct counts *count_period(const char *month)
{
	struct counts *c = calloc(1, sizeof(*c));
	char part[32];

	cr_assert(c);
	for (const char *sensor = "ab"; *sensor; sensor++) {
		snprintf(part, sizeof(part), "%c-%s", *sensor, month);
		c->before_ns = 0;
		walk_all("out", part, count_frame, c);
	}
	return c;
}

static void compare_services(const struct counts *c, const json_t *rows)
{
	size_t i;
	json_t *row;

	json_array_foreach((json_t *)rows, i, row)
	{
		const char *key = json_string_value(json_object_get(row, "key"));
		unsigned number = (unsigned)strtoul(key, NULL, 10);
		const char *protocol = strchr(key, '/') + 1;
		uint64_t seen = strcmp(protocol, "TCP") == 0   ? c->tcp[number]
				: strcmp(protocol, "UDP") == 0 ? c->udp[number]
							       : c->icmp[number];
		cr_assert_eq(seen, json_number(row, "packets"), "%s: %llu", key,
			(unsigned long long)seen);
	}
}

static uint64_t number_key(const json_t *rows, unsigned key)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", key);
	return row_field(rows, text, "packets");
}

Test(synth, the_captures_hold_what_the_truth_says)
{
	static const char *const months[] = {"2009-07", "2009-08"};

	synth_good(SMALL, "out", 0);
	json_t *truth = synth_truth("out");
	for (size_t p = 0; p < 2; p++) {
		struct counts *c = count_period(months[p]);
		const json_t *period = json_array_get(json_object_get(truth, "periods"), p);
		const json_t *tools = json_object_get(period, "tools");
		cr_assert_eq(c->accesses, json_number(period, "packets"));
		compare_services(c, json_object_get(period, "services"));
		for (unsigned ttl = 0; ttl < 256; ttl++)
			cr_assert_eq(
				c->ttls[ttl], number_key(json_object_get(period, "ttls"), ttl));
		cr_assert_eq(c->mirai, row_field(tools, "mirai", "packets"));
		cr_assert_eq(c->zmap, row_field(tools, "zmap", "packets"));
		cr_assert_eq(c->masscan, row_field(tools, "masscan", "packets"));
		cr_assert_gt(c->masscan, 0);
		free(c);
	}
	json_decref(truth);
}

Test(synth, odd_frames_are_as_many_as_asked_for_and_all_else_is_right)
{
	struct counts sum = {0};
	static const char *const months[] = {"2009-07", "2009-08"};

	synth_good(SMALL, "out", 0);
	for (size_t p = 0; p < 2; p++) {
		struct counts *c = count_period(months[p]);
		sum.bad_ip_checksum += c->bad_ip_checksum;
		sum.bad_checksum += c->bad_checksum;
		sum.bad_options += c->bad_options;
		sum.snapped += c->snapped;
		sum.backwards += c->backwards;
		sum.arp += c->arp;
		sum.empty += c->empty;
		sum.left += c->left;
		sum.beside += c->beside;
		free(c);
	}
	json_t *truth = synth_truth("out");
	const json_t *odd = json_object_get(truth, "odd"),
		     *none = json_object_get(truth, "not_accesses");
	cr_assert_eq(sum.bad_checksum, 0);
	cr_assert_eq(sum.bad_ip_checksum, 4);
	cr_assert_eq(sum.bad_options, 6);
	cr_assert_eq(sum.snapped, 4);
	cr_assert_eq(sum.backwards, json_number(odd, "time_backwards"));
	cr_assert_eq(sum.arp, 6);
	cr_assert_eq(sum.empty, json_number(odd, "frame_empty"));
	cr_assert_eq(sum.arp + sum.empty, json_number(none, "not_ip"));
	cr_assert_eq(sum.left, json_number(none, "left_sensor"));
	cr_assert_eq(sum.beside, json_number(none, "no_sensor"));
	json_decref(truth);
}

Test(synth, the_first_and_the_last_microsecond_of_a_month_have_a_packet)
{
	const int64_t august_s = 1249052400,
		      september_s = 1251730800; /* 2009-08-01, 2009-09-01 in Tokyo */

	synth_good(SMALL, "out", 0);
	struct counts *c = count_period("2009-08");
	cr_assert_eq(c->first_ns, august_s * 1000000000);
	cr_assert_eq(c->last_ns, september_s * 1000000000 - 1000);
	free(c);
}

/* --- sources --- */

/* Service and source of each access: protocol, number, address. */
struct met {
	uint64_t list[20000];
	size_t count;
};

static void note_met(const struct walked *w, void *context)
{
	struct met *m = context;
	const uint8_t *ip = w->frame + 14;

	if (!walked_is_ip(w) || is_sensor(big32(ip + 12)) || !is_sensor(big32(ip + 16)))
		return;
	uint64_t number = ip[9] == 1 ? ip[20] : big16(ip + 22);
	cr_assert_lt(m->count, 20000);
	m->list[m->count++] = ((uint64_t)ip[9] << 16 | number) << 32 | big32(ip + 12);
}

static int by_number(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return *a < *b ? -1 : *a > *b;
}

static uint64_t distinct(struct met *m, uint64_t service)
{
	uint64_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		count += m->list[i] >> 32 == service && (i == 0 || m->list[i] != m->list[i - 1]);
	return count;
}

static uint64_t distinct_of_all(struct met *m)
{
	uint64_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		m->list[i] &= UINT32_MAX;
	qsort(m->list, m->count, sizeof(m->list[0]), by_number);
	for (size_t i = 0; i < m->count; i++)
		count += i == 0 || m->list[i] != m->list[i - 1];
	return count;
}

Test(synth, the_distinct_sources_of_the_truth_are_those_of_the_captures)
{
	struct met *m = calloc(1, sizeof(*m));

	synth_good(SMALL, "out", 0);
	json_t *truth = synth_truth("out");
	const json_t *period = json_array_get(json_object_get(truth, "periods"), 1);
	const json_t *services = json_object_get(period, "services");
	walk_all("out", "2009-08", note_met, m);
	qsort(m->list, m->count, sizeof(m->list[0]), by_number);
	cr_assert_eq(distinct(m, 6 << 16 | 445), row_field(services, "445/TCP", "sources"));
	cr_assert_eq(distinct(m, 1 << 16 | 8), row_field(services, "8/ICMP", "sources"));
	cr_assert_eq(distinct(m, 17 << 16 | 53), row_field(services, "53/UDP", "sources"));
	cr_assert_eq(distinct_of_all(m), json_number(period, "sources"));
	cr_assert_lt(json_number(period, "sources"), 1000); /* many packets each */
	json_decref(truth);
	free(m);
}

/* --- phenomena --- */

struct sweep {
	uint32_t sources[32], targets[32];
	size_t count;
};

static void note_sweep(const struct walked *w, void *context)
{
	struct sweep *s = context;

	if (!walked_is_ip(w) || big16(w->frame + 36) != 99)
		return;
	cr_assert_lt(s->count, 32);
	s->sources[s->count] = big32(w->frame + 26);
	s->targets[s->count++] = big32(w->frame + 30);
}

Test(synth, each_source_of_a_sweep_meets_every_address_once)
{
	struct sweep s = {0};

	synth_good("timezone: UTC\ncompression: none\nperiods: [2009-07, 2009-08]\n"
		   "sensors:\n  - {name: a, addresses: [198.51.100.16/29]}\n"
		   "total: {packets: [10, 30]}\nservices:\n  - {service: 99/TCP, packets: [0, "
		   "24]}\nother_services: {ports: 5, udp: 0}\n"
		   "countries:\n  - {country: JP, packets: [10, 30]}\n"
		   "phenomena:\n  - {name: s, service: 99/TCP, country: JP, packets: 24, days: "
		   "[2009-08-02, 2009-08-02], sources: 3, order: sweep}\n",
		"out", 0);
	walk_all("out", "2009-08", note_sweep, &s);
	cr_assert_eq(s.count, 24);
	for (size_t i = 0; i < s.count; i++) {
		cr_assert_eq(s.targets[i], 0xc6336410 + i % 8);
		cr_assert_eq(s.sources[i], s.sources[i / 8 * 8]);
	}
	cr_assert_neq(s.sources[0], s.sources[8]);
}

struct window {
	int64_t first_ns, last_ns;
	uint64_t packets;
};

static void note_window(const struct walked *w, void *context)
{
	struct window *window = context;

	if (window->packets++ == 0)
		window->first_ns = w->ts_ns;
	window->last_ns = w->ts_ns;
}

Test(synth, a_sensor_gets_packets_only_while_it_is_observed)
{
	struct window window = {0};

	synth_good(
		"timezone: UTC\ncompression: none\nperiods: [2009-07, 2009-08]\n"
		"sensors:\n  - {name: a, addresses: [198.51.100.16], since: 2009-01-01}\n"
		"  - {name: b, addresses: [198.51.100.32], since: 2009-08-11, until: 2009-08-20}\n"
		"total: {packets: [100, 400]}\nservices:\n  - {service: 80/TCP, packets: [100, "
		"400]}\n"
		"countries:\n  - {country: JP, packets: [100, 400]}\n",
		"out", 0);
	json_t *truth = synth_truth("out");
	const json_t *period = json_array_get(json_object_get(truth, "periods"), 1);
	cr_assert_float_eq(json_number_value(json_object_get(period, "exposure")), 31 + 10, 1e-9);
	walk_all("out", "b-", note_window, &window);
	cr_assert_gt(window.packets, 30);
	cr_assert_geq(window.first_ns, INT64_C(1249948800) * 1000000000); /* 2009-08-11 */
	cr_assert_lt(window.last_ns, INT64_C(1250812800) * 1000000000);	  /* 2009-08-21 */
	json_decref(truth);
}

static void note_day(const struct walked *w, void *context)
{
	uint64_t *days = context;

	if (walked_is_ip(w) && big16(w->frame + 36) == 99)
		days[(w->ts_ns / 1000000000 - 1249084800) / 86400]++;
}

Test(synth, a_surge_lies_within_its_days)
{
	uint64_t days[31] = {0};

	synth_good("timezone: UTC\ncompression: none\nperiods: [2009-07, 2009-08]\n"
		   "sensors:\n  - {name: a, addresses: [198.51.100.16/29]}\n"
		   "total: {packets: [10, 300]}\nservices:\n  - {service: 99/TCP, packets: [0, "
		   "200]}\nother_services: {udp: 0}\n"
		   "countries:\n  - {country: JP, packets: [5, 100]}\n  - {country: CN, packets: "
		   "[5, 200]}\n"
		   "phenomena:\n  - {name: s, service: 99/TCP, packets: 200, days: [2009-08-19, "
		   "2009-08-20]}\n",
		"out", 0);
	walk_all("out", "2009-08", note_day, days);
	cr_assert_gt(days[18], 50);
	cr_assert_gt(days[19], 50);
	cr_assert_eq(days[18] + days[19], 200);
}

/* --- load --- */

struct load_counts {
	uint64_t packets, mirai, zmap, masscan;
	int64_t before_ns;
};

static void count_load(const struct walked *w, void *context)
{
	struct load_counts *l = context;
	struct counts c = {0};

	l->packets++;
	cr_assert_geq(w->ts_ns, l->before_ns);
	l->before_ns = w->ts_ns;
	cr_assert_eq(big32(w->frame + 30) >> 8, 0xc61200u);
	if (w->frame[23] == 6)
		count_tool(&c, w->frame + 14, w->frame + 34);
	l->mirai += c.mirai;
	l->zmap += c.zmap;
	l->masscan += c.masscan;
}

Test(synth, load_is_in_order_and_has_the_tools_that_its_truth_says)
{
	struct load_counts *l = calloc(1, sizeof(*l));
	char path[256];

	synth_good("timezone: UTC\nseed: 3\n"
		   "traffic: {packets: 3000, duration: 10m, start: 2026-06-01T00:00, prefix: "
		   "198.18.0.0/24, sources: 500}\n",
		"out", 0);
	snprintf(path, sizeof(path), "%s/captures/load.pcap", synth_path("out"));
	walk_file(path, count_load, l);
	json_t *truth = synth_truth("out");
	const json_t *kinds = json_object_get(truth, "kinds");
	cr_assert_eq(l->packets, 3000);
	cr_assert_eq(l->mirai, json_number(kinds, "mirai"));
	cr_assert_eq(l->zmap, json_number(kinds, "zmap"));
	cr_assert_eq(l->masscan, json_number(kinds, "masscan"));
	cr_assert_lt(l->before_ns, INT64_C(1780272600) * 1000000000); /* ten minutes later */
	json_decref(truth);
	free(l);
}

struct seen_sources {
	uint32_t v4[60000];
	size_t count;
};

static void keep_source(const struct walked *w, void *context)
{
	struct seen_sources *seen = context;

	seen->v4[seen->count++] = big32(w->frame + 26);
}

static int compare_v4(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Of so many sources some draw the same address. */
Test(synth, the_truth_of_load_counts_addresses_once)
{
	struct seen_sources *seen = calloc(1, sizeof(*seen));
	char path[256];
	size_t distinct = 0;

	synth_good("timezone: UTC\nseed: 3\n"
		   "traffic: {packets: 60000, duration: 10m, start: 2026-06-01T00:00, prefix: "
		   "198.18.0.0/24, sources: 200000, skew: 0.1}\n",
		"out", 0);
	snprintf(path, sizeof(path), "%s/captures/load.pcap", synth_path("out"));
	walk_file(path, keep_source, seen);
	qsort(seen->v4, seen->count, sizeof(*seen->v4), compare_v4);
	for (size_t i = 0; i < seen->count; i++)
		distinct += i == 0 || seen->v4[i] != seen->v4[i - 1];
	json_t *truth = synth_truth("out");
	cr_assert_eq(distinct, json_number(truth, "sources"));
	json_decref(truth);
	free(seen);
}
