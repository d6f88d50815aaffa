/* What a payload is taken for, and the line that says what it asks. Each sample is written from the
 * protocol's text. */
#include "base/base.h"
#include "base/text.h"
#include "hex_bytes.h"
#include "proto/summary.h"

enum { TCP = 6, UDP = 17, ICMP = 1 };

/* One line: how it is sent, the port it is sent to, its bytes (text, or hexadecimal), and what is
 * said of it. */
static const struct {
	uint8_t protocol;
	uint16_t port;
	const char *text, *hex;
	enum proto proto;
	const char *summary;
} samples[] = {
#include "proto_samples.h"
};

static struct bytes sample_bytes(size_t i)
{
	return samples[i].hex ? hex_bytes(samples[i].hex) : exact_text(samples[i].text);
}

static void expect_summary(const struct proto_payload *p, const char *want)
{
	static uint8_t memory[64 * 1024];
	struct scratch s = {.data = memory, .size = sizeof(memory)};
	AUTO(buf_done) struct buf out = {0};

	proto_summary(p, &s, &out);
	cr_assert_str_eq(buf_str(&out), want, "got \"%s\", want \"%s\"", buf_str(&out), want);
	cr_assert_eq(s.used, 0);
}

Test(proto_guess, samples_are_known_by_their_bytes_and_said_in_one_line)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct proto_payload p = {.ip_protocol = samples[i].protocol,
			.sport = 40000,
			.dport = samples[i].port,
			.bytes = sample_bytes(i)};
		enum proto got = proto_guess(p.ip_protocol, p.sport, p.dport, p.bytes);

		cr_assert_eq(got, samples[i].proto, "sample %zu (%s): got %s", i,
			samples[i].summary, proto_name(got));
		expect_summary(&p, samples[i].summary);
	}
}

Test(proto_guess, every_prefix_of_a_sample_is_read_within_it_on_any_transport)
{
	static const uint8_t protocols[] = {TCP, UDP, ICMP};
	static uint8_t memory[4096];

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		struct bytes whole = sample_bytes(i);
		for (size_t n = 0; n <= whole.len; n++)
			for (size_t t = 0; t < ARRAY_SIZE(protocols); t++) {
				AUTO(buf_done) struct buf out = {0};
				AUTO(free) uint8_t *copy = malloc(n ? n : 1);
				struct scratch s = {.data = memory, .size = sizeof(memory)};
				memcpy(copy, whole.data, n);
				proto_summary(&(struct proto_payload){protocols[t], 1,
						      samples[i].port, {copy, n}},
					&s, &out);
				cr_assert_not(out.failed);
			}
	}
}

Test(proto_guess, nothing_of_a_payload_reaches_a_terminal_raw)
{
	expect_summary(&(struct proto_payload){TCP, 1, 80,
			       exact_text("GET /\x1b[2J\xc2\x9b HTTP/1.1\r\n\r\n")},
		"HTTP GET /\\x1b[2J\\xc2\\x9b HTTP/1.1");
	expect_summary(&(struct proto_payload){TCP, 1, 2323, exact("\xff\xfd\0", 3)},
		"Telnet \\xff\\xfd\\x00");
}

Test(proto_guess, a_long_field_is_cut)
{
	char text[512] = "GET /", want[512] = "HTTP GET /";

	memset(text + 5, 'a', 300);
	memset(want + 10, 'a', 115);
	strcat(want, "...");
	expect_summary(&(struct proto_payload){TCP, 1, 80, exact_text(text)}, want);
}

Test(proto_guess, text_and_binary_are_said_in_the_readers_language)
{
	text_set_lang(LANG_JA);
	expect_summary(
		&(struct proto_payload){UDP, 1, 9, exact_text("hello\nworld")}, "テキスト hello");
	expect_summary(&(struct proto_payload){UDP, 1, 9, hex_bytes("01ff")},
		"バイナリー、2 バイト: 01ff");
}

Test(proto_guess, names_lead_back_to_their_protocol)
{
	enum proto got;

	for (enum proto p = 0; p < PROTO_COUNT; p++) {
		cr_assert(proto_by_name(bytes_of(proto_name(p)), &got));
		cr_assert_eq(got, p);
	}
	cr_assert_not(proto_by_name(bytes_of("gopher"), &got));
}
