/* Sensor addresses out of packets that leave the house: prefix-preserving (two addresses that share
 * n leading bits share exactly n afterwards), by the construction of Xu, Fan, Ammar, Moon,
 * "Prefix-preserving IP address anonymization", ICNP 2002, with AES-128. */
#pragma once

#include "base/err.h"
#include "decode/decode.h"
#include "observe/plant.h"

struct anonymiser;

enum { ANONYMISE_KEY_SIZE = 32 };

int anonymiser_new(
	const uint8_t key[ANONYMISE_KEY_SIZE], struct anonymiser **ret, struct err *e) MUST_USE;
void anonymiser_free(struct anonymiser *a);
AUTO_RELEASE(struct anonymiser, anonymiser_free);
/* The key of a store, made at first use: STORE/anonymise.key. */
int anonymise_key(const char *folder, uint8_t key[ANONYMISE_KEY_SIZE], struct err *e) MUST_USE;

struct addr anonymise_address(struct anonymiser *a, const struct addr *address);

/* Replaces p's destination in the headers of frame (its bytes, cap_len of them, which p points into), a sequence number that
 * equals it too, and every address of the plant in what follows them: quoted packets, payload as bytes or text (scrub.h). Link-layer
 * addresses become 0. Checksums are corrected by the difference, so that right ones stay right and wrong ones wrong. */
void anonymise_frame(struct anonymiser *a, const struct plant *plant, const struct packet *p, uint8_t *frame, size_t cap_len,
	uint16_t link_type);
