/* DNS messages. */
#include "hex_bytes.h"
#include "proto/dns.h"

static const char query[] =
	"1234 0100 0001 0000 0000 0000 03777777 0765786d61706c65 03636f6d 00 0001 0001";
/* the answer's name is a pointer to the question's, its data has a pointer too */
static const char answer[] =
	"1234 8183 0001 0001 0001 0000 03777777 0765786d61706c65 03636f6d 00 0001 0001"
	" c00c 0005 0001 0000003c 0006 03667470 c010"
	" c010 0002 0001 0000003c 0002 c010";

static uint8_t memory[4096];

static struct scratch scratch(void)
{
	return (struct scratch){.data = memory, .size = sizeof(memory)};
}

static struct dns_message parsed(struct bytes in)
{
	struct dns_message m;

	cr_assert(dns_parse(in, &m));
	return m;
}

Test(proto_dns, a_query_has_its_question_as_a_name_with_dots)
{
	struct scratch s = scratch();
	struct dns_message m = parsed(hex_bytes(query));
	struct dns_walk w = {.message = &m};
	struct dns_record r;

	cr_assert(dns_next(&w, &s, &r));
	expect_text(r.name, "www.exmaple.com");
	cr_assert_eq(r.type, 1);
	cr_assert_eq(r.section, DNS_QUESTION);
	cr_assert_not(dns_next(&w, &s, &r));
	cr_assert_not(w.odd);
	cr_assert_not(dns_is_response(&m));
}

Test(proto_dns, records_of_all_sections_follow_with_their_compressed_names)
{
	struct scratch s = scratch();
	struct dns_message m = parsed(hex_bytes(answer));
	struct dns_walk w = {.message = &m};
	struct dns_record r;

	cr_assert(dns_next(&w, &s, &r) && dns_next(&w, &s, &r));
	cr_assert_eq(r.section, DNS_ANSWER);
	expect_text(r.name, "www.exmaple.com");
	cr_assert_eq(r.ttl, 60);
	cr_assert_eq(r.data.len, 6);
	cr_assert(dns_next(&w, &s, &r));
	cr_assert_eq(r.section, DNS_AUTHORITY);
	expect_text(r.name, "exmaple.com");
	cr_assert_not(dns_next(&w, &s, &r));
	cr_assert(dns_is_response(&m) && dns_rcode(&m) == 3 && dns_opcode(&m) == 0);
}

Test(proto_dns, a_pointer_to_itself_or_forward_ends_the_walk)
{
	static const char *const loops[] = {"0000 0100 0001 0000 0000 0000 c00c 0001 0001",
		"0000 0100 0001 0000 0000 0000 0161 c00c 0001 0001",
		"0000 0100 0002 0000 0000 0000 c00e 0001 c00c 0001 0001"};

	for (size_t i = 0; i < 3; i++) {
		struct scratch s = scratch();
		struct dns_message m = parsed(hex_bytes(loops[i]));
		struct dns_walk w = {.message = &m};
		struct dns_record r;
		cr_assert_not(dns_next(&w, &s, &r));
		cr_assert(w.odd);
		cr_assert_not(dns_is_plausible(m.all));
	}
}

Test(proto_dns, a_name_is_at_most_255_bytes_long)
{
	uint8_t data[12 + 5 * 64 + 5] = {[5] = 1};

	for (int labels = 3; labels <= 4; labels++) {
		size_t at = 12;
		for (int i = 0; i < labels; i++, at += 64)
			data[at] = 63;
		memset(data + at, 0, 5);
		data[at + 2] = data[at + 4] = 1;
		cr_assert_eq(dns_is_plausible(exact(data, at + 5)), labels == 3);
	}
}

Test(proto_dns, a_tcp_message_stands_behind_its_length)
{
	struct bytes in = hex_bytes("0005 0102030405 06");

	cr_assert(bytes_equal(dns_of_tcp(in), bytes_part(in, 2, 7)));
	cr_assert_eq(dns_of_tcp(bytes_part(in, 0, 4)).len, 2);
	cr_assert_eq(dns_of_tcp(bytes_part(in, 0, 1)).len, 0);
}

Test(proto_dns, only_whole_questions_of_a_known_kind_are_plausible)
{
	cr_assert(dns_is_plausible(hex_bytes(query)));
	cr_assert(dns_is_plausible(hex_bytes(answer)));
	cr_assert_not(dns_is_plausible(hex_bytes("1234 0140 0001 0000 0000 0000 00 0001 0001")));
	cr_assert_not(dns_is_plausible(hex_bytes("1234 7800 0001 0000 0000 0000 00 0001 0001")));
	cr_assert_not(dns_is_plausible(hex_bytes("1234 0000 0000 0000 0000 0000")));
	cr_assert_not(dns_is_plausible(hex_bytes("1234 0000 0011 0000 0000 0000 00 0001 0001")));
}

Test(proto_dns, every_prefix_of_a_message_is_read_within_it)
{
	struct bytes whole = hex_bytes(answer);

	for (size_t n = 0; n <= whole.len; n++) {
		struct bytes in = exact(whole.data, n);
		struct scratch s = scratch();
		struct dns_message m;
		struct dns_record r;
		struct dns_walk w = {.message = &m};
		size_t count = 0;

		if (dns_parse(in, &m))
			while (dns_next(&w, &s, &r))
				count++;
		cr_assert_eq(count,
			n < 33	 ? 0
			: n < 51 ? 1
			: n < 65 ? 2
				 : 3,
			"%zu bytes: %zu records", n, count);
	}
}
