/* SSDP requests, announcements and replies: what they are taken for, and their summary. */
#include "proto/response.h"
#include "summary_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proto_payload p = {
		.ip_protocol = 17, .sport = 1900, .dport = 1900, .bytes = {data, size}};

	if (proto_is_udp_response(1900, p.bytes))
		assert(!bytes_start(p.bytes, "M-SEARCH"));
	summary_check(&p);
	return 0;
}
