/* The TLS ClientHello and its fingerprints. */
#include "hex_bytes.h"
#include "proto/tls.h"

/* ssltest.py, the public test for Heartbleed of April 2014; its JA3 is known. */
static const char ssltest[] = "16030200dc010000d8030253435b909d9b720bbc0cbc2b92a84897cfbd3904cc160a"
			      "8503909f770433d4de000066c014"
			      "c00ac022c0210039003800880087c00fc00500350084c012c008c01cc01b00160013"
			      "c00dc003000ac013c009c01fc01e"
			      "00330032009a009900450044c00ec004002f00960041c011c007c00cc00200050004"
			      "0015001200090014001100080006"
			      "000300ff01000049000b000403000102000a00340032000e000d0019000b000c0018"
			      "0009000a00160017000800060007"
			      "001400150004000500120013000100020003000f0010001100230000000f000101";

static uint8_t memory[8192];

static struct scratch scratch(void)
{
	return (struct scratch){.data = memory, .size = sizeof(memory)};
}

Test(proto_tls, the_heartbleed_test_has_its_published_ja3)
{
	struct scratch s = scratch();
	struct tls_hello h;
	char ja3[TLS_JA3_SIZE];

	cr_assert(tls_hello_parse(hex_bytes(ssltest), &s, &h));
	cr_assert(h.is_complete);
	cr_assert_eq(h.record_version, 0x0302);
	cr_assert_eq(h.version, 0x0302);
	cr_assert(tls_ja3_hash(&h, &s, ja3));
	cr_assert_str_eq(ja3, "ac8cb78cabd066a9ce1e90848a0ba5d9");
	cr_assert(bytes_start(tls_ja3(&h, &s), "770,49172-49162-49186-"));
}

/* A hello as browsers send it: GREASE, SNI, ALPN, TLS 1.3; its JA4 is the example of JA4's
 * specification (2023), built here from the lists that are given there. */
static size_t browser_hello(uint8_t *out)
{
	struct bytes b = hex_bytes(
		/* version, random, no session */
		"0303 0000000000000000000000000000000000000000000000000000000000000000 00"
		/* GREASE and the ciphers, no compression */
		" 0020 0a0a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f "
		"0035 0100"
		" 00a3"
		" 1a1a 0000"
		" 0000 0010 000e 00 000b 6578616d706c652e636f6d"
		" 0017 0000 ff01 0001 00"
		" 000a 000a 0008 2a2a 001d 0017 0018"
		" 000b 0002 0100 0023 0000"
		" 0010 000e 000c 02 6832 08 687474702f312e31"
		" 0005 0005 0100000000"
		" 000d 0012 0010 0403 0804 0401 0503 0805 0501 0806 0601"
		" 0012 0000"
		" 0033 0007 0005 001d 0001 aa"
		" 002d 0002 0101"
		" 002b 0007 06 3a3a 0304 0303"
		" 001b 0003 020002 4469 0005 0003026832 0015 0001 00");

	/* the length of the extensions is what is there */
	size_t extensions = 2 + 32 + 1 + 2 + 32 + 2;
	memcpy(out, b.data, b.len);
	out[extensions] = (uint8_t)((b.len - extensions - 2) >> 8);
	out[extensions + 1] = (uint8_t)(b.len - extensions - 2);
	return b.len;
}

/* The handshake message in records of at most `piece` bytes. */
static struct bytes in_records(const uint8_t *body, size_t len, size_t piece)
{
	uint8_t message[1024] = {1, 0, (uint8_t)(len >> 8), (uint8_t)len}, out[4096];
	size_t n = 0;

	memcpy(message + 4, body, len);
	for (size_t at = 0; at < len + 4;) {
		size_t part = len + 4 - at < piece ? len + 4 - at : piece;
		uint8_t head[5] = {22, 3, 1, (uint8_t)(part >> 8), (uint8_t)part};
		memcpy(out + n, head, 5);
		memcpy(out + n + 5, message + at, part);
		n += 5 + part;
		at += part;
	}
	return exact(out, n);
}

Test(proto_tls, a_browsers_hello_has_the_ja4_of_the_specification)
{
	uint8_t body[1024];
	size_t len = browser_hello(body);
	static const size_t pieces[] = {4096, 100, 7};

	for (size_t i = 0; i < 3; i++) {
		struct scratch s = scratch();
		struct tls_hello h;
		char ja4[TLS_JA4_SIZE];
		cr_assert(tls_hello_parse(in_records(body, len, pieces[i]), &s, &h), "%zu",
			pieces[i]);
		cr_assert(h.is_complete, "%zu", pieces[i]);
		expect_text(h.sni, "example.com");
		expect_text(tls_alpn_first(&h), "h2");
		cr_assert_eq(tls_version_offered(&h), 0x0304);
		cr_assert(tls_ja4(&h, &s, ja4));
		cr_assert_str_eq(ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1");
		expect_text(tls_ja3(&h, &s),
			"771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-"
			"157-47-53,"
			"0-23-65281-10-11-35-16-5-13-18-51-45-43-27-17513-21,29-23-24,0");
	}
}

Test(proto_tls, a_hello_that_is_cut_shows_what_is_there_and_has_no_fingerprint)
{
	uint8_t body[1024];
	size_t len = browser_hello(body);
	struct bytes whole = in_records(body, len, 4096);

	for (size_t n = 0; n < whole.len; n++) {
		struct scratch s = scratch();
		struct tls_hello h;
		char ja3[TLS_JA3_SIZE], ja4[TLS_JA4_SIZE];
		bool is = tls_hello_parse(exact(whole.data, n), &s, &h);
		cr_assert_eq(is, n >= 11, "%zu", n);
		if (!is)
			continue;
		cr_assert_not(h.is_complete, "%zu", n);
		cr_assert_not(tls_ja3_hash(&h, &s, ja3));
		cr_assert_not(tls_ja4(&h, &s, ja4));
		if (n == whole.len - 1)
			expect_text(h.sni, "example.com");
	}
}

Test(proto_tls, a_hello_without_extensions_has_fingerprints)
{
	struct bytes body =
		hex_bytes("0301 0000000000000000000000000000000000000000000000000000000000000000 00"
			  " 0004 0004 0005 0100");
	struct scratch s = scratch();
	struct tls_hello h;
	char ja4[TLS_JA4_SIZE];

	cr_assert(tls_hello_parse(in_records(body.data, body.len, 4096), &s, &h));
	expect_text(tls_ja3(&h, &s), "769,4-5,,,");
	cr_assert(tls_ja4(&h, &s, ja4));
	cr_assert(bytes_start(bytes_of(ja4), "t10i020000_"));
	cr_assert(strstr(ja4, "_000000000000"));
}

Test(proto_tls, other_records_are_no_hello)
{
	struct scratch s = scratch();
	struct tls_hello h;

	cr_assert_not(tls_hello_parse(hex_bytes("16 0301 0004 02000000 0000"), &s, &h));
	cr_assert_not(tls_hello_parse(hex_bytes("18 0302 0003 014000"), &s, &h));
	cr_assert_not(tls_hello_parse(hex_bytes("16 0201 0020 0100001c 0303"), &s, &h));
}
