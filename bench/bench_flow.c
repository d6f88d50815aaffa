/* What merging and locating cost per access, by thread CPU time (notes in bench/README.md). The
 * accesses follow what a darknet of a /16 receives: Zipf sources, SYN scans of which nearly each is
 * its own flow, 7 % UDP with one of 19 payloads, a few ICMP and backscatter; 167,000 a minute.
 *
 *   bench_flow [accesses]      default 5,000,000 */
#include "base/base.h"
#include "base/err.h"
#include "base/number.h"
#include "base/zone.h"
#include "flow/flow.h"
#include "geo/geo.h"

#include <math.h>
#include <string.h>
#include <time.h>

enum { BATCH = 1024, SOURCES = 250000, PAYLOADS = 19, PER_MINUTE = 167000, BLOCK_ROWS = 500000 };

struct load {
	uint64_t random;
	struct addr sources[SOURCES];
	double zipf[SOURCES]; /* cumulative */
	uint8_t payloads[PAYLOADS][512];
	uint32_t payload_len[PAYLOADS];
	int64_t ts_ns;
	bool with_payload;
};

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* splitmix64 */
static uint64_t next(struct load *l)
{
	uint64_t z = l->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t below(struct load *l, uint32_t n)
{
	return (uint32_t)((next(l) >> 32) * n >> 32);
}

static void make_sources(struct load *l)
{
	double sum = 0;

	for (size_t i = 0; i < SOURCES; i++) {
		l->sources[i] = addr_from_v4(0x01000000u + below(l, 0xdf000000u));
		sum += pow((double)i + 1, -1.05);
		l->zipf[i] = sum;
	}
	for (size_t i = 0; i < SOURCES; i++)
		l->zipf[i] /= sum;
}

static void make_payloads(struct load *l)
{
	for (size_t i = 0; i < PAYLOADS; i++) {
		l->payload_len[i] = 8 + below(l, 200);
		for (size_t k = 0; k < l->payload_len[i]; k++)
			l->payloads[i][k] = (uint8_t)next(l);
	}
}

static size_t pick_source(struct load *l)
{
	double at = (double)(next(l) >> 11) * 0x1p-53;
	size_t low = 0, high = SOURCES - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (l->zipf[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct access make_access(struct load *l)
{
	static const uint16_t ports[] = {
		23, 23, 23, 22, 80, 443, 445, 8080, 2323, 3389, 5555, 6379};
	uint32_t kind = below(l, 1000);
	size_t source = pick_source(l);
	struct access a = {
		.ts_ns = l->ts_ns,
		.src = l->sources[source],
		.dst = addr_from_v4(0xcb000000u | below(l, 65536)),
		.service = service_make(PROTOCOL_TCP, ports[below(l, ARRAY_SIZE(ports))]),
		.length = 40 + 4 * below(l, 6),
		.country = {'Z', 'Z'},
		.sport = (uint16_t)(1024 + below(l, 64512)),
		.window = (uint16_t)(1024 * below(l, 64)),
		.tcp_flags = TCP_SYN,
		.ttl = (uint8_t)(40 + source % 80),
		.class = CLASS_scan,
	};

	if (kind < 71) {
		size_t payload = below(l, PAYLOADS);

		a.service = service_make(PROTOCOL_UDP, (uint16_t)(53 + payload));
		a.payload = l->with_payload ? l->payloads[payload] : NULL;
		a.payload_len = l->payload_len[payload];
		a.length = 28 + a.payload_len;
		a.tcp_flags = 0;
	} else if (kind < 106) {
		a.service = service_make(PROTOCOL_ICMP, 8);
		a.sport = 0;
	}
	l->ts_ns += INT64_C(60000000000) / PER_MINUTE;
	return a;
}

static void fill(struct load *l, struct access batch[BATCH])
{
	for (size_t i = 0; i < BATCH; i++)
		batch[i] = make_access(l);
}

/* ns per access over the middle of a run, and rows per access. */
static void run_flow(struct load *l, const char *name, size_t total)
{
	AUTO(flow_free)
	struct flow *f = flow_new((struct flow_limits){.rows = BLOCK_ROWS,
		.payload_bytes = 64 << 20,
		.minute_rows = 4000000,
		.payloads = 2000000});
	static struct access batch[BATCH];
	size_t rows = 0, done = 0;
	double spent = 0;

	if (!f)
		return;
	for (; done < total; done += BATCH) {
		fill(l, batch);
		double start = cpu_ns();
		for (size_t i = 0; i < BATCH; i++) {
			flow_add(f, &batch[i]);
			if (flow_is_full(f)) {
				rows += flow_block(f)->rows.count;
				flow_clear(f);
			}
		}
		spent += cpu_ns() - start;
	}
	rows += flow_block(f)->rows.count;
	printf("%-28s %6.1f ns/access  %.3f rows/access\n", name, spent / (double)done,
		(double)rows / (double)done);
}

static uint64_t sink; /* keeps results of look-ups alive */

static void run_geo(struct load *l, const struct geo *g, size_t total)
{
	static struct access batch[BATCH];
	size_t done = 0;
	double spent = 0;

	for (; done < total; done += BATCH) {
		fill(l, batch);
		double start = cpu_ns();
		for (size_t i = 0; i < BATCH; i++)
			sink += geo_find(g, &batch[i].src).asn;
		spent += cpu_ns() - start;
	}
	printf("%-28s %6.1f ns/access\n", "country and AS", spent / (double)done);
}

static int run_places(struct load *l, size_t total, struct err *e)
{
	AUTO(geo_close) struct geo *g = NULL;
	double start = cpu_ns();

	if (geo_open("", "", TEITEN_DEPS, &g, e) < 0)
		return -1;
	printf("%-28s %6.3f s\n", "open both tables", (cpu_ns() - start) / 1e9);
	run_geo(l, g, total);
	return 0;
}

int main(int argc, char **argv)
{
	static struct load l = {.random = 1, .ts_ns = INT64_C(1780000000) * 1000000000};
	struct err e = {0};
	uint64_t total = 5000000;

	if ((argc > 1 && !number_u64(argv[1], BATCH, UINT64_C(1) << 40, &total)) ||
		zone_use("Asia/Tokyo", &e) < 0) {
		fprintf(stderr, "bench_flow: %s\n",
			e.text[0] ? e.text : "usage: bench_flow [accesses]");
		return 2;
	}
	make_sources(&l);
	make_payloads(&l);
	run_flow(&l, "flow, no payload", total);
	l.with_payload = true;
	run_flow(&l, "flow, 7 % with payload", total);
	if (run_places(&l, total, &e) < 0)
		fprintf(stderr, "bench_flow: %s\n", e.text);
	return 0;
}
