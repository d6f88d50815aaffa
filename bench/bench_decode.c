/* Nanoseconds of CPU time per decode_frame(), by kind of frame and for a mix of them.
 * bench_decode [ROUNDS]: best of five runs of so many rounds (default 200) over 8,192 frames in a
 * row. */
#include "base/base.h"
#include "base/number.h"
#include "decode/decode.h"

#include <string.h>
#include <time.h>

enum { FRAMES = FRAME_BATCH, SLOT = 128, RUNS = 5 };

struct kind {
	const char *name;
	const char *hex;   /* the frame; source address and port are drawn for each copy */
	size_t src, sport; /* where they stand */
	size_t header;	   /* where the IPv4 header stands, for its checksum; 0 for IPv6 */
};

#define MACS "020000000001020000000002"

static const struct kind kinds[] = {
	{"TCP SYN",
		MACS "0800"
		     "45000028d4310000f506000000000000c6336401"
		     "0000001700000001000000005002040000000000",
		26, 34, 14},
	{"TCP SYN, 20 bytes of options",
		MACS "0800"
		     "4500003cd431400040060000"
		     "00000000c6336401"
		     "000001bd0000000100000000a002faf000000000"
		     "020405b40402080a0000000100000000"
		     "01030307",
		26, 34, 14},
	{"UDP, 40 bytes",
		MACS
		"0800"
		"45000044d43100003211000000000000c6336401"
		"0000003500300000"
		"00000000000000000000000000000000000000000000000000000000000000000000000000000000",
		26, 34, 14},
	{"ICMP echo request",
		MACS "0800"
		     "4500001cd43100003201000000000000c6336401"
		     "0800000000010001",
		26, 38, 14},
	{"802.1Q, TCP SYN",
		MACS "81000064"
		     "0800"
		     "45000028d4310000f506000000000000c6336401"
		     "0000001700000001000000005002040000000000",
		30, 38, 18},
	{"IPv6, TCP SYN",
		MACS "86dd"
		     "6000000000140640"
		     "240e0000000000000000000000000001"
		     "24000000000000000000000000000001"
		     "0000001700000001000000005002040000000000",
		26, 54, 0},
};

struct frames {
	uint8_t bytes[FRAMES][SLOT];
	struct frame frame[FRAMES];
};

static uint32_t draw(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*state >> 32);
}

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1]};
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return len;
}

static void checksum_set(uint8_t *header)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 20; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	header[10] = (uint8_t)(sum >> 8);
	header[11] = (uint8_t)sum;
}

static void build(const struct kind *kind, uint8_t *out, struct frame *frame, uint64_t *state)
{
	size_t len = from_hex(kind->hex, out);
	uint32_t src = draw(state), sport = draw(state) | 0x8000;

	memcpy(out + kind->src + (kind->header ? 0 : 12), &src, 4);
	memcpy(out + kind->sport, &sport, 2);
	if (kind->header)
		checksum_set(out + kind->header);
	*frame = (struct frame){.data = out,
		.cap_len = (uint32_t)len,
		.wire_len = (uint32_t)len,
		.link_type = LINK_ETHERNET};
}

static double thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double run(const struct frames *f, size_t rounds, uint64_t *sum)
{
	double before = thread_ns();

	for (size_t r = 0; r < rounds; r++) {
		for (size_t i = 0; i < FRAMES; i++) {
			struct packet p;

			decode_frame(&f->frame[i], false, &p);
			*sum += p.dport + p.length + p.odds + p.payload_len;
		}
	}
	return (thread_ns() - before) / (double)(rounds * FRAMES);
}

static void measure(const char *name, const struct frames *f, size_t rounds)
{
	uint64_t sum = 0;
	double best = run(f, 1, &sum);

	for (size_t i = 0; i < RUNS; i++) {
		double ns = run(f, rounds, &sum);
		if (ns < best)
			best = ns;
	}
	printf("%-32s %6.1f ns (sum %llu)\n", name, best, (unsigned long long)sum);
}

int main(int argc, char **argv)
{
	AUTO(free) struct frames *f = calloc(1, sizeof(*f));
	uint64_t rounds = 1000, state = 1;

	if (!f || (argc > 1 && !number_u64(argv[1], 1, 1000000, &rounds)))
		return 2;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		for (size_t i = 0; i < FRAMES; i++)
			build(&kinds[k], f->bytes[i], &f->frame[i], &state);
		measure(kinds[k].name, f, rounds);
	}
	for (size_t i = 0; i < FRAMES; i++)
		build(&kinds[draw(&state) % ARRAY_SIZE(kinds)], f->bytes[i], &f->frame[i], &state);
	measure("all of them, mixed", f, rounds);
	return 0;
}
