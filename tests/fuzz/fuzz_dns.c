/* Every record of a DNS message. */
#include "../slices.h"
#include "proto/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t memory[4096];
	struct bytes in = {data, size};
	struct dns_message m;
	struct dns_record r;
	struct dns_walk w = {.message = &m};
	size_t records = 0;

	slice_check(dns_of_tcp(in), in, &(struct scratch){0});
	dns_is_plausible(in);
	if (!dns_parse(in, &m))
		return 0;
	for (size_t at = 0;; at = w.at) {
		struct scratch s = {.data = memory, .size = sizeof(memory)};
		if (!dns_next(&w, &s, &r))
			break;
		assert(w.at > at && r.name.len < DNS_NAME_MAX && s.cut == 0);
		slice_check(r.name, in, &s);
		slice_check(r.data, in, &s);
		records++;
	}
	assert(records * 5 <= size);
	return 0;
}
