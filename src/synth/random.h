/* Our own random numbers, so that a seed gives the same packets with every libc: xoshiro256**
 * (Blackman and Vigna 2018), seeded by SplitMix64 (Steele, Lea and Flood 2014). Not for secrets. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t s[4];
};

static inline uint64_t random_split_mix(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Different streams of one seed have nothing to do with each other. */
static inline struct random random_of(uint64_t seed, uint64_t stream)
{
	struct random r;
	uint64_t state = seed ^ random_split_mix(&stream);

	for (size_t i = 0; i < 4; i++)
		r.s[i] = random_split_mix(&state);
	return r;
}

static inline uint64_t random_rotate(uint64_t x, unsigned k)
{
	return x << k | x >> (64 - k);
}

static inline uint64_t random_next(struct random *r)
{
	uint64_t *s = r->s;
	uint64_t result = random_rotate(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = random_rotate(s[3], 45);
	return result;
}

/* 0 <= result < n; n is not 0. The bias of the multiplication is below n / 2^64. */
static inline uint64_t random_below(struct random *r, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)random_next(r) * n) >> 64);
}

/* 0 <= result < 1 */
static inline double random_unit(struct random *r)
{
	return (double)(random_next(r) >> 11) * 0x1p-53;
}

static inline uint32_t random_u32(struct random *r)
{
	return (uint32_t)(random_next(r) >> 32);
}

static inline uint16_t random_u16(struct random *r)
{
	return (uint16_t)(random_next(r) >> 48);
}
