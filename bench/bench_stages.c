/* What each station of import costs, over a capture of `teiten synth share/load.yaml`: nanoseconds
 * of this thread's CPU time per packet, medians; one line per stage, "stage<TAB>ns".
 *
 *   bench_stages FILE [RUNS [BLOCK_ROWS]]      default 3 runs, blocks as in import
 *
 * A stage takes a batch of 1,024 packets at a time; what it leaves lies in the level 2 cache.
 * "together" is decode, observe, geo and flow as import runs them, packet by packet; "tags_added" is what tags add where
 * a packet has just been decoded, as it has there: tagged less untagged.
 * bench/instructions counts the instructions of the functions stage_*() instead. */
#include "line.h"

#include "analysis/tally.h"
#include "base/number.h"
#include "capture/stream.h"
#include "observe/syn.h"
#include "observe/tools.h"
#include "rules/rules.h"
#include "session/burst.h"
#include "store/identity.h"
#include "store/native.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

/* X(name): in the order of the line. digest: reading the whole file for its SHA-256; encode: rows
 * and roll-ups to what the engine is sent; syns: options of SYNs and their texts; tags: what headers show of tools; bursts: first payloads;
 * rules: those of share/tags.rules; groups: of sources; tally: counting services and their sources in memory, as import --no-store
 * does instead of flow and what follows. */
#define STAGES(X)                                                                                  \
	X(digest)                                                                                  \
	X(capture) X(decode) X(observe) X(syns) X(tags) X(bursts) X(rules) X(geo) X(groups) X(tally) X(flow) X(identity) X(rollups) X(encode)   \
		X(together) X(untagged) X(tagged)
enum stage {
#define X(name) STAGE_##name,
	STAGES(X)
#undef X
		STAGE_COUNT
};

enum { RUNS_MAX = 99, CHUNK = 1 << 20 };

#define STAGE __attribute__((noinline))
#define TIMED(b, stage, call)                                                                      \
	do {                                                                                       \
		double before_ = cpu_ns();                                                         \
		call;                                                                              \
		(b)->spent_ns[STAGE_##stage] += cpu_ns() - before_;                                \
	} while (0)

struct bench {
	struct line line;
	struct capture *capture;
	struct tally *tally;
	struct bursts *bursts;
	struct rules *rules;
	struct rules_scratch *scratch;
	struct frame_batch frames;
	struct packet packets[FRAME_BATCH];
	struct access accesses[FRAME_BATCH];
	struct syn syns[FRAME_BATCH];
	struct rollup_base base; /* as the store keeps it from block to block */
	size_t access_count;
	uint16_t packet_of[FRAME_BATCH]; /* by access */
	uint64_t packet_count, row_count;
	double spent_ns[STAGE_COUNT]; /* of this run */
	uint64_t sum;		      /* keeps results alive */
	struct err error;	      /* of the stage that failed first */
};

/* The flow table's and the payloads' hash keys are random in import: here they are the same each
 * time, so that the number of instructions is. */
int getentropy(void *out, size_t len)
{
	uint64_t word = 1;

	for (size_t i = 0; i < len; i++) {
		word = word * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		((uint8_t *)out)[i] = (uint8_t)(word >> 56);
	}
	return 0;
}

/* --- the stages ----------------------------------------------------------------------------- */

STAGE static int stage_digest(struct bench *b, const char *path)
{
	AUTO(free) uint8_t *chunk = malloc(CHUNK);
	AUTO(stream_close) struct stream *s = NULL;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	uint8_t out[EVP_MAX_MD_SIZE];
	ssize_t n = -ENOMEM;

	if (chunk && digest && EVP_DigestInit(digest, EVP_sha256()) == 1)
		n = stream_open(path, &s, &b->error);
	while (n >= 0 && (n = stream_read(s, chunk, CHUNK, &b->error)) > 0)
		EVP_DigestUpdate(digest, chunk, (size_t)n);
	EVP_DigestFinal(digest, out, NULL);
	EVP_MD_CTX_free(digest);
	b->sum += out[0];
	return n < 0 ? (int)n : 0;
}

STAGE static int stage_capture(struct bench *b)
{
	return capture_read(b->capture, &b->frames, &b->error);
}

STAGE static void stage_decode(struct bench *b)
{
	for (size_t i = 0; i < b->frames.count; i++)
		decode_frame(&b->frames.frames[i], false, &b->packets[i]);
}

STAGE static void stage_observe(struct bench *b)
{
	b->access_count = 0;
	for (size_t i = 0; i < b->frames.count; i++) {
		b->packet_of[b->access_count] = (uint16_t)i;
		b->access_count += observe(&b->line.plant, -1, NULL, &b->packets[i],
					   &b->accesses[b->access_count]) == VERDICT_ACCESS;
	}
}

/* The next two are what observe() does with labels. Options are read once, as in observe(): for the text, and for the tests of tools. */
STAGE static void stage_syns(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++) {
		const struct packet *p = &b->packets[b->packet_of[i]];

		if (!is_syn(p))
			continue;
		syn_read(p, &b->syns[i]);
		b->accesses[i].syn = syn_label(b->line.labels, p, &b->syns[i]);
	}
}

STAGE static void stage_tags(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++) {
		const struct packet *p = &b->packets[b->packet_of[i]];

		b->accesses[i].labels = b->line.labels;
		b->accesses[i].tags = tools_of(b->line.labels, p, is_syn(p) ? &b->syns[i] : NULL);
	}
}

/* A load without answers: what looking for conversations costs where there are none. */
STAGE static void stage_bursts(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++)
		b->sum += bursts_add(b->bursts, &b->packets[b->packet_of[i]], &b->accesses[i], i).held;
}

/* As src/prog/observer.c asks. */
STAGE static void stage_rules(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++) {
		const struct packet *p = &b->packets[b->packet_of[i]];
		struct bytes data = {p->payload, p->payload_len};
		const uint32_t *matched;
		struct rules_unit unit = {.points = RULES_POINT_PACKET | (p->protocol == PROTOCOL_TCP ? 0 : RULES_POINT_TX),
			.packet = p,
			.data = data,
			.to_server = true,
			.proto = data.len ? proto_guess(p->protocol, p->sport, p->dport, data) : PROTO_none,
			.proto_done = true};

		b->sum += rules_match(b->rules, b->scratch, &unit, &matched);
	}
}

STAGE static void stage_groups(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++) {
		struct access *a = &b->accesses[i];

		a->group = groups_find(b->line.groups, &a->src, a->asn, a->ts_ns);
	}
}

STAGE static void stage_geo(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++) {
		struct access *a = &b->accesses[i];
		struct place place = geo_find(b->line.geo, &a->src);

		a->asn = place.asn;
		memcpy(a->country, place.country, sizeof(a->country));
	}
}

STAGE static void stage_tally(struct bench *b)
{
	for (size_t i = 0; i < b->access_count; i++)
		tally_add(b->tally, &b->accesses[i], &b->line.plant, b->accesses[i].sensor);
}

/* Adds accesses from the one with number i on until all are in or the block is full; the number of
 * the next one. */
STAGE static size_t stage_flow(struct bench *b, size_t i)
{
	while (i < b->access_count && !flow_is_full(b->line.flow))
		flow_add(b->line.flow, &b->accesses[i++]);
	return i;
}

STAGE static const struct block *stage_flow_block(struct bench *b)
{
	return flow_block(b->line.flow);
}

STAGE static void stage_flow_clear(struct bench *b)
{
	flow_clear(b->line.flow);
}

STAGE static void stage_identity(struct bench *b, const struct block *block)
{
	b->sum += identity_of(block, &b->line.plant).cut;
}

STAGE static int stage_rollups_base(
	struct bench *b, const struct block *block, struct rollup_base *base)
{
	return rollup_base_init(base, &block->rows, &b->line.plant, &b->error);
}

STAGE static void stage_rollups(struct rollup_base *base, enum rollup_table table, struct rollup *ret)
{
	rollup_make(base, table, ret);
}

STAGE static int stage_encode_rollup(
	struct bench *b, const struct rollup *r, const struct rollup_base *base)
{
	AUTO(native_done) struct native n = {0};
	int rc = native_rollup(&n, r, base, &b->error);

	b->sum += n.count;
	return rc;
}

STAGE static int stage_encode(
	struct bench *b, const struct block *block, const struct rollup_base *base)
{
	AUTO(native_done) struct native rows = {0}, payloads = {0};
	int rc = native_access(&rows, base, block->labels, &b->error);

	if (rc >= 0)
		rc = native_payload(&payloads, block, &b->error);
	b->sum += rows.count + payloads.count;
	return rc;
}

/* Without tools_of() the rest is the same. */
static inline void tag_frames(struct bench *b, bool tagged)
{
	for (size_t i = 0; i < b->frames.count; i++) {
		struct packet p;
		struct syn syn;
		bool starts;

		decode_frame(&b->frames.frames[i], false, &p);
		starts = is_syn(&p);
		if (starts) {
			syn_read(&p, &syn);
			b->sum += syn.count;
		}
		b->sum += p.tcp_seq + (tagged ? tools_of(b->line.labels, &p, starts ? &syn : NULL) : 0);
	}
}

STAGE static void stage_untagged(struct bench *b)
{
	tag_frames(b, false);
}

STAGE static void stage_tagged(struct bench *b)
{
	tag_frames(b, true);
}

STAGE static void stage_together(struct bench *b)
{
	for (size_t i = 0; i < b->frames.count; i++) {
		struct access access;

		if (line_access(&b->line, &b->frames.frames[i], &access))
			flow_add(b->line.flow, &access);
		if (flow_is_full(b->line.flow))
			flow_clear(b->line.flow);
	}
}

/* --- one run -------------------------------------------------------------------------------- */

static int take_rollup(struct bench *b, struct rollup_base *base, enum rollup_table table)
{
	struct rollup rollup;
	int r;

	TIMED(b, rollups, stage_rollups(base, table, &rollup));
	TIMED(b, encode, r = stage_encode_rollup(b, &rollup, base));
	return r;
}

static int take_block(struct bench *b)
{
	struct rollup_base *base = &b->base;
	const struct block *block;
	int r;

	TIMED(b, flow, block = stage_flow_block(b));
	TIMED(b, identity, stage_identity(b, block));
	TIMED(b, rollups, r = stage_rollups_base(b, block, base));
	if (r >= 0)
		TIMED(b, encode, r = stage_encode(b, block, base));
	for (enum rollup_table table = 0; r >= 0 && table < ROLLUP_COUNT; table++)
		r = take_rollup(b, base, table);
	b->row_count += block->rows.count;
	TIMED(b, flow, stage_flow_clear(b));
	return r;
}

static int take_batch(struct bench *b)
{
	int r = 0;

	TIMED(b, decode, stage_decode(b));
	TIMED(b, observe, stage_observe(b));
	TIMED(b, syns, stage_syns(b));
	TIMED(b, tags, stage_tags(b));
	TIMED(b, bursts, stage_bursts(b));
	TIMED(b, rules, stage_rules(b));
	TIMED(b, geo, stage_geo(b));
	TIMED(b, groups, stage_groups(b));
	TIMED(b, tally, stage_tally(b));
	for (size_t i = 0; r >= 0 && i < b->access_count;) {
		TIMED(b, flow, i = stage_flow(b, i));
		if (flow_is_full(b->line.flow))
			r = take_block(b);
	}
	b->packet_count += b->frames.count;
	return r;
}

/* Each stage by itself. */
static int run_apart(struct bench *b, const char *path)
{
	static const enum dimension service = DIMENSION_service;
	struct tally_question question = {
		.dimensions = &service, .count = 1, .memory_bytes = 512 << 20};
	int r;

	b->tally = tally_new(&question);
	if (!b->tally)
		return err_set(&b->error, ENOMEM, "out of memory");
	r = capture_open(path, 0, &b->capture, &b->error);

	flow_begin(b->line.flow);
	while (r >= 0) {
		TIMED(b, capture, r = stage_capture(b));
		if (r <= 0)
			break;
		r = take_batch(b);
	}
	if (r == 0)
		r = take_block(b);
	tally_free(TAKE(b->tally));
	capture_close(TAKE(b->capture));
	return r;
}

static int run_together(struct bench *b, const char *path)
{
	int r = capture_open(path, 0, &b->capture, &b->error);

	flow_begin(b->line.flow);
	while (r >= 0 && (r = capture_read(b->capture, &b->frames, &b->error)) > 0) {
		TIMED(b, together, stage_together(b)); /* first: the others find the frames in the cache */
		TIMED(b, untagged, stage_untagged(b));
		TIMED(b, tagged, stage_tagged(b));
	}
	capture_close(TAKE(b->capture));
	return r;
}

static int run(struct bench *b, const char *path)
{
	int r;

	memset(b->spent_ns, 0, sizeof(b->spent_ns));
	b->packet_count = b->row_count = 0;
	TIMED(b, digest, r = stage_digest(b, path));
	if (r >= 0)
		r = run_apart(b, path);
	return r < 0 ? r : run_together(b, path);
}

static void no_burst(void *owner, const struct packet *p, const struct access *a, uint64_t number)
{
}

static int begin(struct bench *b, size_t block_rows)
{
	static const struct burst_limits limits = {.conversations = 8192, .bytes = 4096, .silence_ns = INT64_C(10000000000)};
	struct rules_file file = {.name = TEITEN_SHARE "/tags.rules"};
	struct rules_source source = {.files = &file, .file_count = 1};
	int r = line_init(&b->line, block_rows, &b->error);

	b->bursts = bursts_new(&limits, no_burst, NULL);
	if (r >= 0 && !b->bursts)
		r = err_set(&b->error, ENOMEM, "out of memory");
	if (r >= 0)
		r = rules_load(&source, &b->rules, NULL, &b->error);
	return r < 0 ? r : rules_scratch_new(b->rules, &b->scratch, &b->error);
}

static void end(struct bench *b)
{
	rollup_base_done(&b->base);
	rules_scratch_free(b->scratch);
	rules_free(b->rules);
	bursts_free(b->bursts);
	line_done(&b->line);
}

static void print(const struct bench *b, double ns[STAGE_COUNT][RUNS_MAX], size_t runs)
{
	static const char *const names[] = {
#define X(name) #name,
		STAGES(X)
#undef X
	};

	for (size_t stage = 0; stage < STAGE_COUNT; stage++)
		printf("%s\t%.1f\n", names[stage], median(ns[stage], runs));
	printf("tags_added\t%.1f\n", median(ns[STAGE_tagged], runs) - median(ns[STAGE_untagged], runs));
	printf("packets\t%llu\nrows\t%llu\n", (unsigned long long)b->packet_count,
		(unsigned long long)b->row_count);
}

int main(int argc, char **argv)
{
	static double ns[STAGE_COUNT][RUNS_MAX];
	AUTO(free) struct bench *b = calloc(1, sizeof(*b));
	uint64_t runs = 3, block_rows = 0;

	if (!b || argc < 2 || (argc > 2 && !number_u64(argv[2], 1, RUNS_MAX, &runs)) ||
		(argc > 3 && !number_u64(argv[3], 1, 1 << 28, &block_rows))) {
		fprintf(stderr, "usage: bench_stages FILE [RUNS [BLOCK_ROWS]]\n");
		return 2;
	}
	int r = begin(b, block_rows);
	for (size_t i = 0; r >= 0 && i < runs; i++) {
		r = run(b, argv[1]);
		for (size_t stage = 0; stage < STAGE_COUNT; stage++)
			ns[stage][i] =
				b->spent_ns[stage] / (double)(b->packet_count + !b->packet_count);
	}
	if (r < 0)
		fprintf(stderr, "bench_stages: %s\n", b->error.text);
	else
		print(b, ns, runs);
	end(b);
	return r < 0;
}
