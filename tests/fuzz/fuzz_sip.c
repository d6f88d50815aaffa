/* A SIP message and all its buffers. */
#include "../slices.h"
#include "proto/sip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t memory[4096];
	struct scratch s = {.data = memory, .size = sizeof(memory)};
	struct bytes in = {data, size}, got;
	struct sip_message m;

	if (!sip_parse(in, &s, &m))
		return 0;
	for (enum sip_buffer b = 0; b < SIP_BUFFER_COUNT; b++)
		for (size_t i = 0; sip_buffer(&m, b, i, &got); i++) {
			assert(i < HTTP_HEADERS_MAX);
			slice_check(got, in, &s);
		}
	return 0;
}
