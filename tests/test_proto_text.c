/* SSH and SIP, whose messages are text. */
#include "hex_bytes.h"
#include "proto/sip.h"
#include "proto/ssh.h"

static uint8_t memory[4096];

static struct scratch scratch(void)
{
	return (struct scratch){.data = memory, .size = sizeof(memory)};
}

Test(proto_text, an_ssh_line_has_version_software_and_comment)
{
	struct ssh_banner b;

	cr_assert(ssh_banner_parse(exact_text("SSH-2.0-libssh-0.7.2 a b\r\nrest"), &b));
	expect_text(b.proto, "2.0");
	expect_text(b.software, "libssh-0.7.2");
	expect_text(b.comment, "a b");
	cr_assert(ssh_banner_parse(exact_text("SSH-1.99-Go\n"), &b));
	expect_text(b.software, "Go");
	cr_assert_eq(b.comment.len, 0);
	cr_assert(ssh_banner_parse(exact_text("SSH-2.0"), &b));
	expect_text(b.proto, "2.0");
	cr_assert_not(ssh_banner_parse(exact_text("SSH-"), &b));
	cr_assert_not(ssh_banner_parse(exact_text("SSH"), &b));
}

static void expect(const char *message, enum sip_buffer buffer, size_t index, const char *want)
{
	struct scratch s = scratch();
	struct sip_message m;
	struct bytes got;

	cr_assert(sip_parse(exact_text(message), &s, &m));
	cr_assert_eq(sip_buffer(&m, buffer, index, &got), want != NULL);
	if (want)
		expect_text(got, want);
}

Test(proto_text, a_sip_request_has_buffers_and_its_headers_may_be_short)
{
	static const char text[] =
		"INVITE sip:1@b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nVia: second\r\nf: \"a\" <sip:x>\r\n"
		"To: <sip:1>\r\nUser-Agent: Nero\r\nc: application/sdp\r\nl: 272\r\n\r\nv=0";

	expect(text, SIP_BUFFER_method, 0, "INVITE");
	expect(text, SIP_BUFFER_uri, 0, "sip:1@b");
	expect(text, SIP_BUFFER_protocol, 0, "SIP/2.0");
	expect(text, SIP_BUFFER_request_line, 0, "INVITE sip:1@b SIP/2.0");
	expect(text, SIP_BUFFER_response_line, 0, NULL);
	expect(text, SIP_BUFFER_via, 0, "SIP/2.0/UDP h");
	expect(text, SIP_BUFFER_via, 1, "second");
	expect(text, SIP_BUFFER_via, 2, NULL);
	expect(text, SIP_BUFFER_from, 0, "\"a\" <sip:x>");
	expect(text, SIP_BUFFER_to, 0, "<sip:1>");
	expect(text, SIP_BUFFER_user_agent, 0, "Nero");
	expect(text, SIP_BUFFER_content_type, 0, "application/sdp");
	expect(text, SIP_BUFFER_content_length, 0, "272");
}

Test(proto_text, a_sip_response_has_a_code_and_no_method)
{
	static const char text[] = "SIP/2.0 401 Not today\r\nt: x\r\n\r\n";

	expect(text, SIP_BUFFER_stat_code, 0, "401");
	expect(text, SIP_BUFFER_stat_msg, 0, "Not today");
	expect(text, SIP_BUFFER_response_line, 0, "SIP/2.0 401 Not today");
	expect(text, SIP_BUFFER_protocol, 0, "SIP/2.0");
	expect(text, SIP_BUFFER_method, 0, NULL);
	expect(text, SIP_BUFFER_request_line, 0, NULL);
	expect(text, SIP_BUFFER_to, 0, "x");
}

Test(proto_text, http_and_cut_lines_are_no_sip_and_every_prefix_is_read_within_it)
{
	static const char text[] = "OPTIONS sip:100@1 SIP/2.0\r\nVia: a\r\n b\r\nt: c\r\n\r\n";
	struct scratch s = scratch();
	struct sip_message m;
	struct bytes got;

	cr_assert_not(sip_parse(exact_text("OPTIONS / HTTP/1.1\r\n\r\n"), &s, &m));
	for (size_t n = 0; n < sizeof(text); n++) {
		s = scratch();
		if (sip_parse(exact(text, n), &s, &m))
			for (enum sip_buffer b = 0; b < SIP_BUFFER_COUNT; b++)
				sip_buffer(&m, b, 0, &got);
	}
}
