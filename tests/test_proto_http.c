/* HTTP requests: what each of Suricata's request buffers shows. */
#include <criterion/criterion.h>

#include "base/base.h"
#include "proto/http.h"

#include <zlib.h>

static uint8_t memory[64 * 1024];

static struct scratch scratch(void)
{
	return (struct scratch){.data = memory, .size = sizeof(memory)};
}

static struct http_request parsed(struct bytes in, struct scratch *s)
{
	struct http_request r;

	cr_assert(http_request_parse(in, s, &r));
	return r;
}

static void expect_bytes(struct bytes got, const char *want)
{
	cr_assert(bytes_equal(got, bytes_of(want)), "got \"%.*s\", want \"%s\"", (int)got.len,
		(const char *)got.data, want);
}

/* want NULL: no such buffer */
static void expect(const char *request, enum http_buffer buffer, const char *want)
{
	struct scratch s = scratch();
	struct http_request r = parsed(bytes_of(request), &s);
	struct bytes got;

	cr_assert_eq(http_buffer(&r, buffer, &s, &got), want != NULL, "%s", request);
	if (want)
		expect_bytes(got, want);
}

static void expect_uri(const char *uri, const char *want)
{
	char request[512];

	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", uri);
	expect(request, HTTP_BUFFER_uri, want);
}

Test(proto_http, a_request_line_has_three_parts)
{
	static const char text[] = "GET /a?b HTTP/1.1\r\nHost: x\r\n\r\n";

	expect(text, HTTP_BUFFER_method, "GET");
	expect(text, HTTP_BUFFER_uri_raw, "/a?b");
	expect(text, HTTP_BUFFER_protocol, "HTTP/1.1");
	expect(text, HTTP_BUFFER_request_line, "GET /a?b HTTP/1.1");
}

Test(proto_http, lines_may_lack_cr_and_the_version_may_be_missing)
{
	static const char text[] = "\r\n\nGET   /a\nHost: x\n\nrest";
	struct scratch s = scratch();
	struct http_request r = parsed(bytes_of(text), &s);

	expect(text, HTTP_BUFFER_uri, "/a");
	expect(text, HTTP_BUFFER_protocol, NULL);
	expect(text, HTTP_BUFFER_header, "Host: x\r\n");
	cr_assert_eq(r.consumed, strlen(text) - strlen("rest"));
}

Test(proto_http, the_version_stands_behind_the_last_space)
{
	expect("GET /uri afterspace HTTP/1.1\r\n\r\n", HTTP_BUFFER_uri, "/uri afterspace");
	expect("GET\t/a\tHTTP/1.0\r\n\r\n", HTTP_BUFFER_uri_raw, "/a");
	expect("GET\t/a\tHTTP/1.0\r\n\r\n", HTTP_BUFFER_protocol, "HTTP/1.0");
}

Test(proto_http, a_uri_is_decoded_and_its_dots_are_resolved)
{
	expect_uri("/../a/b/../c/./d.html", "/a/c/d.html");
	expect_uri("/%2e%2e/images.gif", "/images.gif");
	expect_uri("/./././images.gif", "/images.gif");
	expect_uri("/normalized%20uri", "/normalized uri");
	expect_uri("/a//b\\c%2f%5c/D", "/a/b/c/D");
	expect_uri("/a/..", NULL); /* nothing is left */
	expect_uri("a/../b", "b");
	expect_uri("/", "/");
	expect_uri("/a%zz%4", "/a%zz%4");
	expect_uri("/%u0041%uff0fx%u4e00%u00", "/A/x?%u00");
}

Test(proto_http, utf8_in_a_path_becomes_bytes_overlong_slashes_too)
{
	expect_uri("/a%c0%af..%c0%af..%c0%afb", "/b");
	expect_uri("/%c3%a9", "/\xe9");
	expect_uri("/%e4%b8%80", "/?");
	expect_uri("/%ff%c3", "/\xff\xc3");
}

Test(proto_http, a_query_is_only_decoded_and_a_fragment_stays)
{
	expect_uri("/a?b=%2e%2e/%41//\\c+d#e%41", "/a?b=../A//\\c+d#e%41");
}

Test(proto_http, an_absolute_uri_and_connect_name_the_host)
{
	static const char text[] =
		"GET http://u@ExAmple.com.:8080/x?y HTTP/1.1\r\nHost: other\r\n\r\n";

	expect(text, HTTP_BUFFER_host, "example.com");
	expect(text, HTTP_BUFFER_uri, "/x?y");
	expect(text, HTTP_BUFFER_uri_raw, "http://u@ExAmple.com.:8080/x?y");
	expect("CONNECT Example.com:443 HTTP/1.1\r\n\r\n", HTTP_BUFFER_host, "example.com");
	expect("GET //h/x HTTP/1.1\r\nHost: [2001:DB8::1]:80\r\n\r\n", HTTP_BUFFER_host,
		"[2001:db8::1]");
}

Test(proto_http, the_host_is_lower_case_without_port_and_its_raw_form_is_as_sent)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: www.ExAmPlE.cOM:81\r\n\r\n";

	expect(text, HTTP_BUFFER_host, "www.example.com");
	expect(text, HTTP_BUFFER_host_raw, "www.ExAmPlE.cOM:81");
	expect("GET / HTTP/1.1\r\n\r\n", HTTP_BUFFER_host, NULL);
}

static const char many[] = "GET / HTTP/1.1\r\nHost:x \r\nA: 1\r\nCookie: c=1\r\na:  2\r\nB: "
			   "x\r\n\ty\r\nno colon\r\n\r\n";

Test(proto_http, headers_are_normalised_repeats_joined_and_the_cookie_has_its_own_buffer)
{
	expect(many, HTTP_BUFFER_header, "Host: x\r\nA: 1, 2\r\nB: x y\r\n: no colon\r\n");
	expect(many, HTTP_BUFFER_cookie, "c=1");
	expect(many, HTTP_BUFFER_header_names, "\r\nHost\r\nA\r\nCookie\r\nB\r\n\r\n\r\n");
	expect(many, HTTP_BUFFER_header_raw, many + strlen("GET / HTTP/1.1\r\n"));
	expect(many, HTTP_BUFFER_start,
		"GET / HTTP/1.1\r\nHost: x\r\nA: 1, 2\r\nCookie: c=1\r\nB: x y\r\n: no "
		"colon\r\n\r\n");
}

Test(proto_http, each_header_is_an_instance_without_line_end)
{
	struct scratch s = scratch();
	struct http_request r = parsed(bytes_of(many), &s);
	struct bytes got;

	cr_assert(http_request_header(&r, 1, &s, &got));
	expect_bytes(got, "A: 1, 2");
	cr_assert(http_request_header(&r, 3, &s, &got));
	expect_bytes(got, "B: x y");
	cr_assert(http_request_header(&r, 4, &s, &got));
	cr_assert_not(http_request_header(&r, 5, &s, &got));
}

Test(proto_http, an_empty_header_is_a_buffer_and_a_missing_one_is_none)
{
	expect("GET / HTTP/1.1\r\nUser-Agent:\r\n\r\n", HTTP_BUFFER_user_agent, "");
	expect("GET / HTTP/1.1\r\n\r\n", HTTP_BUFFER_user_agent, NULL);
	expect("GET / HTTP/1.1\r\naccept-ENCODING: gzip\r\n\r\n", HTTP_BUFFER_accept_enc, "gzip");
}

Test(proto_http, a_body_has_the_length_of_its_header_or_what_is_there)
{
	expect("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcd", HTTP_BUFFER_body, "abc");
	expect("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabcd", HTTP_BUFFER_body, "abcd");
	expect("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\nab",
		HTTP_BUFFER_body, "ab");
	expect("POST / HTTP/1.1\r\n\r\nabcd", HTTP_BUFFER_body, NULL);
}

Test(proto_http, pipelined_requests_follow_each_other)
{
	static const char text[] =
		"POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n\r\n";
	struct scratch s = scratch();
	struct http_request first = parsed(bytes_of(text), &s);
	struct http_request second = parsed(bytes_from(bytes_of(text), first.consumed), &s);

	expect_bytes(second.uri, "/2");
	cr_assert_eq(first.consumed + second.consumed, strlen(text));
}

Test(proto_http, chunks_become_one_body)
{
	static const char head[] = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
	char text[256];
	struct scratch s = scratch();

	snprintf(text, sizeof(text), "%s3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\nGET ",
		head);
	expect(text, HTTP_BUFFER_body, "abc0123456789");
	cr_assert_eq(parsed(bytes_of(text), &s).consumed, strlen(text) - 4);
	snprintf(text, sizeof(text), "%sff\r\nabc", head);
	expect(text, HTTP_BUFFER_body, "abc");
	snprintf(text, sizeof(text), "%sno chunk", head);
	expect(text, HTTP_BUFFER_body, "no chunk");
}

/* The request of a compressed body; window_bits as zlib's deflateInit2(). */
static size_t compressed_request(
	const char *coding, int window_bits, const char *body, uint8_t *out, size_t size)
{
	uint8_t packed[4096];
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)body,
		.avail_in = (unsigned)strlen(body),
		.next_out = packed,
		.avail_out = sizeof(packed)};

	cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	size_t len = sizeof(packed) - z.avail_out;
	deflateEnd(&z);
	int head = snprintf((char *)out, size,
		"POST / HTTP/1.1\r\nContent-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", coding,
		len);
	memcpy(out + head, packed, len);
	return (size_t)head + len;
}

static void expect_inflated(const char *coding, int window_bits)
{
	uint8_t request[8192];
	struct scratch s = scratch();
	size_t len = compressed_request(coding, window_bits,
		"{\"sdk_version\":1}{\"sdk_version\":1}", request, sizeof(request));
	struct http_request r = parsed((struct bytes){request, len}, &s);
	struct bytes got;

	cr_assert(http_buffer(&r, HTTP_BUFFER_body, &s, &got));
	expect_bytes(got, "{\"sdk_version\":1}{\"sdk_version\":1}");
}

Test(proto_http, a_compressed_body_is_inflated)
{
	expect_inflated("gzip", 15 + 16);
	expect_inflated("deflate", 15);
	expect_inflated("deflate", -15);
}

Test(proto_http, a_body_that_is_not_compressed_as_it_says_stays)
{
	expect("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
		HTTP_BUFFER_body, "abcd");
}

Test(proto_http, a_body_that_inflates_to_more_than_the_scratch_is_cut)
{
	uint8_t request[8192];
	AUTO(free) char *body = calloc(1, 200001);
	struct scratch s = scratch();

	memset(body, 'a', 200000);
	size_t len = compressed_request("gzip", 15 + 16, body, request, sizeof(request));
	struct http_request r = parsed((struct bytes){request, len}, &s);
	struct bytes got;
	cr_assert(http_buffer(&r, HTTP_BUFFER_body, &s, &got));
	cr_assert(got.len > 10000 && got.len < sizeof(memory));
	cr_assert_leq(s.used, s.size);
}

Test(proto_http, what_is_no_request_is_none)
{
	static const char *const texts[] = {"", "GET", "\r\n", ": /", "\x16\x03\x01 ",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1"};
	struct scratch s = scratch();
	struct http_request r;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		cr_assert_not(http_request_parse(bytes_of(texts[i]), &s, &r), "%s", texts[i]);
	cr_assert_not(http_is_request(bytes_of("GET%00 /")));
	cr_assert_not(http_is_request(bytes_of("OPTION sip:x")));
	cr_assert(http_is_request(bytes_of("\r\nPROPFIND /")));
}

Test(proto_http, more_headers_than_the_table_holds_stay_in_the_block)
{
	AUTO(free) char *text = malloc(200 * 16);
	size_t len = (size_t)sprintf(text, "GET / HTTP/1.1\r\n");
	struct scratch s = scratch();

	for (int i = 0; i < 200; i++)
		len += (size_t)sprintf(text + len, "h%d: v\r\n", i);
	len += (size_t)sprintf(text + len, "\r\n");
	struct http_request r = parsed((struct bytes){(uint8_t *)text, len}, &s);
	cr_assert_eq(r.header_count, HTTP_HEADERS_MAX);
	cr_assert(r.has_header_end);
	cr_assert_eq(r.consumed, len);
}

Test(proto_http, any_prefix_gives_buffers_within_input_and_scratch)
{
	static const char text[] = "POST http://a/%41?b HTTP/1.1\r\nA: 1\r\n 2\r\na: "
				   "3\r\nTransfer-Encoding: chunked\r\n"
				   "Content-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		AUTO(free) uint8_t *exact = malloc(n ? n : 1);
		uint8_t small[40];
		struct scratch s = {.data = small, .size = sizeof(small)};
		struct http_request r;

		memcpy(exact, text, n);
		if (!http_request_parse((struct bytes){exact, n}, &s, &r))
			continue;
		cr_assert_leq(r.consumed, n);
		for (enum http_buffer b = 0; b < HTTP_BUFFER_COUNT; b++) {
			struct bytes got;
			http_buffer(&r, b, &s, &got);
			cr_assert_leq(s.used, s.size);
		}
	}
}
