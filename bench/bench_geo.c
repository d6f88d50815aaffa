/* What finding country and AS costs per address, by thread CPU time (bench/README.md): the tables
 * as they are, a search among the steps of each database, libmaxminddb, and one entry for each /24.
 * Addresses: sources of a telescope (Zipf over 250,000, 60 % of them in 300 /16s), uniformly random
 * IPv4, random IPv6 within the prefixes of the databases. And what opening costs.
 *
 *   bench_geo [addresses]      default 1,000,000 */
#include "base/base.h"
#include "base/err.h"
#include "base/number.h"
#include "geo/asn_csv.h"
#include "geo/geo.h"
#include "geo/joint.h"
#include "geo/mmdb.h"
#include "geo/special.h"

#include <dirent.h>
#include <math.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define DATA	TEITEN_DEPS "/@ip-location-db/"
#define COUNTRY DATA "geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"

enum { SOURCES = 250000, NETWORKS = 300, ROUNDS = 5 };

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu_ns(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID) * 1e9;
}

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint32_t below(uint64_t *state, uint32_t n)
{
	return (uint32_t)((next(state) >> 32) * n >> 32);
}

/* --- addresses --------------------------------------------------------------------------- */

struct mix {
	const char *name;
	struct addr *addrs;
	size_t count;
};

static uint32_t pick(const double *cumulative, double at)
{
	uint32_t low = 0, high = SOURCES - 1;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (cumulative[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void fill_telescope(struct mix *m, uint64_t seed)
{
	static uint32_t sources[SOURCES], networks[NETWORKS];
	static double cumulative[SOURCES];
	double sum = 0;

	for (size_t i = 0; i < NETWORKS; i++)
		networks[i] = (0x0100 + below(&seed, 0xdf00)) << 16;
	for (size_t i = 0; i < SOURCES; i++) {
		sources[i] = below(&seed, 10) < 6
				     ? networks[below(&seed, NETWORKS)] | below(&seed, 65536)
				     : 0x01000000 + below(&seed, 0xdf000000);
		sum += pow((double)i + 1, -1.05);
		cumulative[i] = sum;
	}
	for (size_t i = 0; i < m->count; i++)
		m->addrs[i] = addr_from_v4(
			sources[pick(cumulative, (double)(next(&seed) >> 11) * 0x1p-53 * sum)]);
}

static void fill_random(struct mix *m, uint64_t seed)
{
	for (size_t i = 0; i < m->count; i++)
		m->addrs[i] = addr_from_v4((uint32_t)next(&seed));
}

/* A random step of the databases, and a random address behind it. */
static void fill_v6(struct mix *m, const struct step_lists *systems, uint64_t seed)
{
	const struct step_list *list = &systems->v6;

	for (size_t i = 0; i < m->count; i++) {
		__uint128_t a = list->items[below(&seed, (uint32_t)list->count)].from;

		a += ((__uint128_t)(next(&seed) >> 20) << 40) + (next(&seed) >> 24);
		for (size_t k = 0; k < 16; k++)
			m->addrs[i].b[k] = (uint8_t)(a >> (8 * (15 - k)));
	}
}

/* --- ways to look up --------------------------------------------------------------------- */

struct ways {
	struct geo *geo;
	struct step_lists countries, systems;
	uint32_t *country_slots, *system_slots; /* first step of each /16, IPv4 */
	uint32_t *country_slots6, *system_slots6;
	struct pairs {
		uint32_t *first;  /* of each /24: a pair, or with PAIR_BLOCK a block */
		uint32_t *blocks; /* 256 pairs each */
		struct place *places;
		size_t block_count, place_count;
	} pairs;
	MMDB_s country_db;
};

enum { SLOTS = 1 << 16, PAIR_BLOCK = 1 << 24 };

static uint32_t *slots_of(const struct step_list *list, unsigned bits)
{
	uint32_t *slots = calloc(SLOTS + 1, sizeof(*slots));
	size_t at = 0;

	for (size_t i = 0; slots && i < SLOTS; i++) {
		__uint128_t start = (__uint128_t)i << (bits - 16);

		while (at + 1 < list->count && list->items[at + 1].from <= start)
			at++;
		slots[i] = (uint32_t)at;
	}
	if (slots)
		slots[SLOTS] = (uint32_t)list->count - 1;
	return slots;
}

static uint32_t search(
	const struct step_list *list, const uint32_t *slots, __uint128_t a, unsigned bits)
{
	size_t slot = (size_t)(a >> (bits - 16));
	size_t low = slots[slot], high = slots[slot + 1];

	while (low < high) {
		size_t middle = (low + high + 1) / 2;

		if (list->items[middle].from <= a)
			low = middle;
		else
			high = middle - 1;
	}
	return list->items[low].value;
}

static __attribute__((noinline)) uint32_t by_search(const struct ways *w, const struct addr *a)
{
	if (addr_is_v4(a))
		return search(&w->countries.v4, w->country_slots, addr_v4(a), 32) +
		       search(&w->systems.v4, w->system_slots, addr_v4(a), 32);
	return search(&w->countries.v6, w->country_slots6, addr_number(a), 128) +
	       search(&w->systems.v6, w->system_slots6, addr_number(a), 128);
}

static uint32_t by_tables(const struct ways *w, const struct addr *a)
{
	struct place p = geo_find(w->geo, a);

	return p.asn + (uint8_t)p.country[0];
}

static __attribute__((noinline)) uint32_t by_pairs(const struct ways *w, const struct addr *a)
{
	const struct pairs *p = &w->pairs;
	uint32_t v4 = addr_v4(a), entry = p->first[v4 >> 8];

	if (entry & PAIR_BLOCK)
		entry = p->blocks[(size_t)(entry - PAIR_BLOCK) << 8 | (v4 & 255)];
	return p->places[entry].asn + (uint8_t)p->places[entry].country[0];
}

/* The country alone. */
static __attribute__((noinline)) uint32_t by_library(const struct ways *w, const struct addr *a)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	MMDB_entry_data_s data;
	int status;

	if (addr_is_v4(a))
		v4.sin_addr.s_addr = htonl(addr_v4(a));
	memcpy(&v6.sin6_addr, a->b, sizeof(a->b));
	MMDB_lookup_result_s r = MMDB_lookup_sockaddr(&w->country_db,
		addr_is_v4(a) ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6,
		&status);
	if (!r.found_entry || MMDB_get_value(&r.entry, &data, "country_code", NULL) != 0)
		return 0;
	return (uint8_t)data.utf8_string[0];
}

/* --- one entry for each /24 -------------------------------------------------------------- */

static uint32_t pair_of(struct pairs *p, uint32_t *index, const struct joint *j)
{
	enum { INDEX = 1 << 19 };
	struct place place = {
		.asn = j->asn, .country = {(char)(j->country >> 8), (char)j->country}};
	uint64_t key = (uint64_t)j->country << 32 | j->asn;
	size_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 45;

	for (; index[at]; at = (at + 1) % INDEX)
		if (memcmp(&p->places[index[at]], &place, sizeof(place)) == 0)
			return index[at];
	p->places[++p->place_count] = place;
	return index[at] = (uint32_t)p->place_count;
}

static void set_pair(struct pairs *p, uint32_t address, uint32_t pair)
{
	uint32_t *entry = &p->first[address >> 8];

	if (!(*entry & PAIR_BLOCK))
		*entry = PAIR_BLOCK | (uint32_t)p->block_count++;
	p->blocks[(size_t)(*entry - PAIR_BLOCK) << 8 | (address & 255)] = pair;
}

static bool make_pairs(
	struct pairs *p, const struct step_lists *countries, const struct step_lists *systems)
{
	AUTO(free) uint32_t *index = calloc(1 << 19, sizeof(*index));
	struct joints joints = joints_of(&countries->v4, &systems->v4, 32);
	struct joint j;

	p->first = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	p->blocks = calloc((size_t)1 << 16, 256 * sizeof(*p->blocks));
	p->places = calloc(1 << 18, sizeof(*p->places));
	if (p->first == MAP_FAILED || !p->blocks || !p->places || !index)
		return false;
	madvise(p->first, 64 << 20, MADV_HUGEPAGE);
	while (joints_next(&joints, &j)) {
		uint32_t pair = pair_of(p, index, &j);

		for (uint64_t a = (uint64_t)j.first; a <= (uint64_t)j.last;) {
			if (a % 256 == 0 && a + 255 <= (uint64_t)j.last) {
				p->first[a >> 8] = pair;
				a += 256;
			} else {
				set_pair(p, (uint32_t)a++, pair);
			}
		}
	}
	return true;
}

/* --- measuring --------------------------------------------------------------------------- */

static uint64_t sink; /* keeps results of look-ups alive */

/* Inlined for each way, so that each costs one direct call. */
static inline __attribute__((always_inline)) double run(const struct ways *w, const struct mix *m,
	uint32_t (*find)(const struct ways *, const struct addr *))
{
	double best = INFINITY;

	for (int round = 0; round < ROUNDS; round++) {
		double start = cpu_ns();

		for (size_t i = 0; i < m->count; i++) {
			sink += find(w, &m->addrs[i]);
		}
		double spent = (cpu_ns() - start) / (double)m->count;
		best = spent < best ? spent : best;
	}
	return best;
}

static void say(const char *name, const struct mix *m, double ns)
{
	printf("%-44s %-12s %6.1f ns\n", name, m->name, ns);
}

static void run_all(const struct ways *w, const struct mix *m, bool is_v4)
{
	say("country and AS", m, run(w, m, by_tables));
	if (is_v4)
		say("an entry for each /24 (64 MiB)", m, run(w, m, by_pairs));
	say("search in each database's steps", m, run(w, m, by_search));
	say("libmaxminddb, country alone", m, run(w, m, by_library));
}

/* --- opening ----------------------------------------------------------------------------- */

static long resident_kib(void)
{
	AUTO(fclose) FILE *f = fopen("/proc/self/statm", "re");
	long size, resident = 0;

	return f && fscanf(f, "%ld %ld", &size, &resident) == 2
		       ? resident * (sysconf(_SC_PAGESIZE) / 1024)
		       : 0;
}

static int open_once(const char *name, const char *folder, struct geo **ret, struct err *e)
{
	long before = resident_kib();
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
	int status = geo_open_cached("", "", TEITEN_DEPS, folder, ret, e);

	printf("%-44s %.1f ms CPU, %.1f ms, %+.1f MiB resident\n", name,
		(seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e3,
		(seconds(CLOCK_MONOTONIC) - wall) * 1e3, (double)(resident_kib() - before) / 1024);
	return status;
}

static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);

	for (struct dirent *entry; folder && (entry = readdir(folder));)
		unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		closedir(folder);
	rmdir(path);
}

static int open_all(struct ways *w, struct err *e)
{
	char folder[] = "/tmp/bench-geo-XXXXXX";
	struct geo *g = NULL;

	if (!mkdtemp(folder))
		return err_set(e, errno, "no folder in /tmp");
	int status = open_once("made in memory", "", &g, e);
	geo_close(TAKE(g));
	if (status == 0)
		status = open_once("made and written to the cache", folder, &g, e);
	geo_close(TAKE(g));
	for (int i = 0; status == 0 && i < 3; i++) {
		geo_close(TAKE(w->geo));
		status = open_once("opened from the cache", folder, &w->geo, e);
	}
	remove_folder(folder);
	return status;
}

static int read_steps(struct ways *w, struct err *e)
{
	struct step_lists countries = {0}, systems = {0};
	struct as_names names = {0};
	struct mmdb_info info;
	int status = mmdb_countries(COUNTRY, &countries, &info, e);

	if (status == 0)
		status = asn_csv_read(DATA "asn/asn-ipv4.csv", &systems, &names, e);
	if (status == 0)
		status = asn_csv_read(DATA "asn/asn-ipv6.csv", &systems, &names, e);
	as_names_done(&names);
	if (status < 0)
		return status;
	if (special_remove(&countries, &w->countries) < 0 ||
		special_remove(&systems, &w->systems) < 0)
		return err_set(e, ENOMEM, "out of memory");
	step_lists_done(&countries);
	step_lists_done(&systems);
	w->country_slots = slots_of(&w->countries.v4, 32);
	w->system_slots = slots_of(&w->systems.v4, 32);
	w->country_slots6 = slots_of(&w->countries.v6, 128);
	w->system_slots6 = slots_of(&w->systems.v6, 128);
	return 0;
}

static int prepare(struct ways *w, struct err *e)
{
	int status = open_all(w, e);

	if (status == 0)
		status = read_steps(w, e);
	if (status < 0)
		return status;
	if (!w->country_slots || !w->system_slots || !w->country_slots6 || !w->system_slots6 ||
		!make_pairs(&w->pairs, &w->countries, &w->systems))
		return err_set(e, ENOMEM, "out of memory");
	if (MMDB_open(COUNTRY, MMDB_MODE_MMAP, &w->country_db) != MMDB_SUCCESS)
		return err_set(e, EBADMSG, "%s cannot be opened", COUNTRY);
	return 0;
}

int main(int argc, char **argv)
{
	static struct ways w;
	struct err e = {0};
	uint64_t count = 1000000;

	if ((argc > 1 && !number_u64(argv[1], 1000, UINT32_MAX, &count)) || prepare(&w, &e) < 0) {
		fprintf(stderr, "bench_geo: %s\n",
			e.text[0] ? e.text : "usage: bench_geo [addresses]");
		return 2;
	}
	struct mix m = {.count = count, .addrs = calloc(count, sizeof(*m.addrs))};
	if (!m.addrs)
		return 1;
	m.name = "telescope";
	fill_telescope(&m, 5);
	run_all(&w, &m, true);
	m.name = "random IPv4";
	fill_random(&m, 6);
	run_all(&w, &m, true);
	m.name = "IPv6";
	fill_v6(&m, &w.systems, 7);
	run_all(&w, &m, false);
	return sink == 1;
}
