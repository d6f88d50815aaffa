/* Which addresses of a capture were sensors'. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "observe/infer.h"

static struct addr addr(const char *text)
{
	struct addr a;

	cr_assert(addr_parse(text, &a), "%s", text);
	return a;
}

static void speak(struct infer *in, const char *src, const char *dst)
{
	struct packet p = {.is_ip = true, .src = addr(src), .dst = addr(dst)};

	infer_packet(in, &p);
}

static void speak_v4(struct infer *in, uint32_t src, uint32_t dst)
{
	struct packet p = {.is_ip = true, .src = addr_from_v4(src), .dst = addr_from_v4(dst)};

	infer_packet(in, &p);
}

static void expect(const struct infer *in, const char *want)
{
	AUTO(free) struct prefix *prefixes = NULL;
	char text[1024] = "";
	int count = infer_result(in, &prefixes);

	cr_assert_geq(count, 0);
	for (int i = 0; i < count; i++) {
		char one[ADDR_TEXT_SIZE];
		if (i > 0)
			strcat(text, " ");
		strcat(text, prefix_print(&prefixes[i], one));
	}
	cr_assert_str_eq(text, want);
}

Test(infer, what_was_spoken_to_first_is_a_sensor)
{
	AUTO(infer_free) struct infer *in = infer_new(100);

	expect(in, "");
	speak(in, "8.8.8.8", "198.51.100.1");
	speak(in, "198.51.100.1", "8.8.8.8"); /* the answer makes no pair of its own */
	speak(in, "8.8.4.4", "198.51.100.1");
	speak(in, "8.8.4.4", "2001:db8::1");
	expect(in, "198.51.100.1/32 2001:db8::1/128");
	cr_assert_not(infer_is_cut(in));
}

Test(infer, more_peers_must_have_spoken_to_it_than_it_spoke_to)
{
	AUTO(infer_free) struct infer *in = infer_new(100);

	speak(in, "8.8.8.8", "198.51.100.1");
	speak(in, "198.51.100.1", "9.9.9.9");
	expect(in, "9.9.9.9/32"); /* one to, one from: not inferred */
	speak(in, "8.8.4.4", "198.51.100.1");
	expect(in, "9.9.9.9/32 198.51.100.1/32");
}

Test(infer, groups_and_frames_without_ip_give_no_sensor)
{
	AUTO(infer_free) struct infer *in = infer_new(100);
	struct packet no_ip = {.src = addr("8.8.8.8"), .dst = addr("198.51.100.1")};

	infer_packet(in, &no_ip);
	speak(in, "8.8.8.8", "224.0.0.1");
	speak(in, "8.8.8.8", "255.255.255.255");
	speak(in, "8.8.8.8", "ff02::1");
	speak(in, "8.8.8.8", "::");
	speak(in, "::", "::");
	expect(in, "");
}

Test(infer, an_address_that_only_speaks_to_itself_is_a_sensor)
{
	AUTO(infer_free) struct infer *in = infer_new(100);

	speak(in, "127.0.0.1", "127.0.0.1");
	expect(in, "127.0.0.1/32");
	speak(in, "127.0.0.1", "198.51.100.1");
	expect(in, "198.51.100.1/32");
}

Test(infer, adjacent_addresses_become_prefixes)
{
	AUTO(infer_free) struct infer *in = infer_new(100000);

	for (uint32_t i = 3; i <= 20; i++)
		speak_v4(in, 0x08080808, 0xc6336400 + i);
	expect(in, "198.51.100.3/32 198.51.100.4/30 198.51.100.8/29 198.51.100.16/30 "
		   "198.51.100.20/32");
}

Test(infer, many_pairs_in_any_order)
{
	AUTO(infer_free) struct infer *in = infer_new(100000);

	for (uint32_t i = 0; i < 50000; i++)
		speak_v4(in, 0x01000000 + i * 7919 % 50000, 0xc6330000 + i * 40503 % 65536);
	cr_assert_not(infer_is_cut(in));
	for (uint32_t i = 0; i < 65536; i++)
		speak_v4(in, 0x02000000, 0xc6330000 + i);
	cr_assert(infer_is_cut(in));
	AUTO(infer_free) struct infer *all = infer_new(1 << 20);
	for (uint32_t i = 0; i < 65536; i++)
		speak_v4(all, 0x02000000 + i % 5, 0xc6330000 + (i * 40503 & 0xffff));
	expect(all, "198.51.0.0/16");
	cr_assert_not(infer_is_cut(all));
}

Test(infer, remembers_no_more_pairs_than_allowed)
{
	AUTO(infer_free) struct infer *in = infer_new(2);

	speak(in, "8.8.8.8", "198.51.100.1");
	speak(in, "8.8.8.8", "198.51.100.2");
	speak(in, "198.51.100.2", "8.8.8.8"); /* known */
	cr_assert_not(infer_is_cut(in));
	speak(in, "8.8.8.8", "198.51.100.9");
	cr_assert(infer_is_cut(in));
	expect(in, "198.51.100.1/32 198.51.100.2/32");
}
