/* A plan to capture files: one per sensor and month. */
#pragma once

#include "synth/plan.h"

enum { PAYLOAD_KEY_SIZE = 16 };

/* One distinct payload: the first 16 bytes of its SHA-256, as in answers. */
struct emitted_payload {
	uint8_t key[PAYLOAD_KEY_SIZE];
	uint32_t length;
	uint64_t packets;
};

struct emitted_file {
	char *path; /* below the folder */
	uint64_t frames, accesses;
};

struct emitted {
	struct emitted_file *files;
	size_t file_count;
	struct emitted_payload *payloads; /* of accesses, by packets */
	size_t payload_count;
	uint64_t odd[ODD_KIND_COUNT], extra[EXTRA_COUNT];
	uint64_t martians; /* replies of sensors whose own address cannot be on the Internet */
};

/* Puts the items of the plan in the order of the files (sensor, time). */
int emit(const struct scenario *s, struct plan *plan, const char *folder, uint64_t seed,
	struct emitted *ret, struct err *e) MUST_USE;
void emitted_done(struct emitted *emitted);
