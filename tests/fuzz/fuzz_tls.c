/* A ClientHello and its fingerprints, in a scratch that may be too small. */
#include "../slices.h"
#include "proto/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t memory[16 * 1024];
	char ja3[TLS_JA3_SIZE], ja4[TLS_JA4_SIZE];
	struct tls_hello h;

	if (size == 0)
		return 0;
	struct bytes in = {data + 1, size - 1};
	struct scratch s = {.data = memory, .size = sizeof(memory) >> (data[0] % 16)};
	if (!tls_hello_parse(in, &s, &h))
		return 0;
	slice_check(h.ciphers, in, &s);
	slice_check(h.extensions, in, &s);
	slice_check(h.sni, in, &s);
	slice_check(tls_alpn_first(&h), in, &s);
	slice_check(h.groups, in, &s);
	slice_check(h.formats, in, &s);
	slice_check(h.signatures, in, &s);
	slice_check(h.versions, in, &s);
	if (tls_ja3_hash(&h, &s, ja3))
		assert(strlen(ja3) == TLS_JA3_SIZE - 1);
	if (tls_ja4(&h, &s, ja4))
		assert(strlen(ja4) == TLS_JA4_SIZE - 1 && h.is_complete);
	slice_check(tls_ja3(&h, &s), in, &s);
	return 0;
}
