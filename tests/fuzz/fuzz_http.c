/* All requests of a payload, one behind the other, and all their buffers, in a scratch that may be
 * too small. */
#include "../slices.h"
#include "proto/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(const struct http_request *r, struct bytes in, struct scratch *s)
{
	struct bytes got;

	assert(r->consumed > 0 && r->consumed <= in.len && r->header_count <= HTTP_HEADERS_MAX);
	slice_check(r->line, in, s);
	slice_check(r->method, r->line, s);
	slice_check(r->uri, r->line, s);
	slice_check(r->protocol, r->line, s);
	slice_check(r->header_block, in, s);
	slice_check(r->body, in, s);
	for (enum http_buffer b = 0; b < HTTP_BUFFER_COUNT; b++)
		if (http_buffer(r, b, s, &got))
			slice_check(got, in, s);
	for (size_t i = 0; http_request_header(r, i, s, &got); i++) {
		assert(i < r->header_count);
		slice_check(got, in, s);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t memory[32 * 1024];
	struct http_request r;

	if (size == 0)
		return 0;
	struct bytes in = {data + 1, size - 1};
	for (int requests = 0; requests < 8 && in.len > 0; requests++) {
		struct scratch s = {.data = memory, .size = sizeof(memory) >> (data[0] % 16)};
		if (!http_request_parse(in, &s, &r))
			break;
		check_request(&r, in, &s);
		in = bytes_from(in, r.consumed);
	}
	return 0;
}
