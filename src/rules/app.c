#include "rules/app.h"

/* ---- reading ---- */

static bool dns_read(struct app *a, struct scratch *scratch)
{
	if (!dns_parse(a->tcp ? dns_of_tcp(a->in) : a->in, &a->dns.message))
		return false;
	struct dns_walk walk = {.message = &a->dns.message};
	a->dns.count = 0;
	while (a->dns.count < DNS_RECORDS_MAX && dns_next(&walk, scratch, &a->dns.records[a->dns.count]))
		a->dns.count++;
	return true;
}

static bool protocol_read(struct app *a, struct scratch *scratch)
{
	switch (a->proto) {
	case PROTO_http:
		return http_request_parse(a->in, scratch, &a->http);
	case PROTO_sip:
		return sip_parse(a->in, scratch, &a->sip);
	case PROTO_tls:
		return tls_hello_parse(a->in, scratch, &a->tls);
	case PROTO_ssh:
		return ssh_banner_parse(a->in, &a->ssh);
	case PROTO_snmp:
		return snmp_parse(a->in, &a->snmp);
	case PROTO_dns:
		return dns_read(a, scratch);
	default:
		return false;
	}
}

/* Bytes up to the next transaction: HTTP requests and DNS messages over TCP stand one behind the other. */
static size_t consumed(const struct app *a)
{
	if (a->valid && a->proto == PROTO_http)
		return a->http.consumed;
	if (a->valid && a->proto == PROTO_dns && a->tcp)
		return 2 + a->dns.message.all.len;
	return a->in.len;
}

void app_read(struct app *a, enum proto proto, bool tcp, struct bytes in, struct scratch *scratch)
{
	a->proto = proto;
	a->tcp = tcp;
	a->in = in;
	for (size_t i = 0; i < BUFFER_COUNT; i++)
		a->cache[i].state = APP_UNKNOWN;
	a->ja3[0] = a->ja4[0] = '\0';
	a->valid = protocol_read(a, scratch);
	a->consumed = consumed(a);
}

/* ---- buffers ---- */

/* The index-th name of a section. */
static bool dns_name(const struct app *a, enum dns_section section, size_t index, struct bytes *ret)
{
	for (size_t i = 0; i < a->dns.count; i++) {
		const struct dns_record *r = &a->dns.records[i];
		if (r->section == section && index-- == 0) {
			*ret = r->name;
			return true;
		}
	}
	return false;
}

static bool dns_buffer(const struct app *a, enum buffer buffer, size_t index, struct bytes *ret)
{
	switch (buffer) {
	case BUFFER_dns_query: /* of requests only */
		return !dns_is_response(&a->dns.message) && dns_name(a, DNS_QUESTION, index, ret);
	case BUFFER_dns_queries_rrname:
		return dns_name(a, DNS_QUESTION, index, ret);
	case BUFFER_dns_answers_rrname:
		return dns_name(a, DNS_ANSWER, index, ret);
	case BUFFER_dns_authorities_rrname:
		return dns_name(a, DNS_AUTHORITY, index, ret);
	case BUFFER_dns_additionals_rrname:
		return dns_name(a, DNS_ADDITIONAL, index, ret);
	default:
		return false;
	}
}

/* The index-th name of an ALPN list (RFC 7301 3.1). */
static bool alpn_name(struct bytes list, size_t index, struct bytes *ret)
{
	for (size_t at = 0; at < list.len; at += 1u + list.data[at])
		if (index-- == 0) {
			*ret = bytes_part(list, at + 1, at + 1 + list.data[at]);
			return true;
		}
	return false;
}

static bool tls_buffer(struct app *a, enum buffer buffer, size_t index, struct scratch *scratch, struct bytes *ret)
{
	switch (buffer) {
	case BUFFER_tls_sni:
		*ret = a->tls.sni;
		return a->tls.has_sni;
	case BUFFER_tls_alpn:
		return alpn_name(a->tls.alpn, index, ret);
	case BUFFER_ja3_string:
		*ret = tls_ja3(&a->tls, scratch);
		return ret->len > 0;
	case BUFFER_ja3_hash:
		*ret = (struct bytes){(const uint8_t *)a->ja3, TLS_JA3_SIZE - 1};
		return tls_ja3_hash(&a->tls, scratch, a->ja3);
	case BUFFER_ja4_hash:
		*ret = (struct bytes){(const uint8_t *)a->ja4, TLS_JA4_SIZE - 1};
		return tls_ja4(&a->tls, scratch, a->ja4);
	default:
		return false;
	}
}

static bool ssh_buffer(const struct app *a, enum buffer buffer, struct bytes *ret)
{
	*ret = buffer == BUFFER_ssh_proto ? a->ssh.proto : a->ssh.software;
	return ret->len > 0;
}

static bool snmp_buffer(const struct app *a, enum buffer buffer, struct bytes *ret)
{
	bool usm = buffer == BUFFER_snmp_usm;

	*ret = usm ? a->snmp.usm : a->snmp.community;
	return usm == (a->snmp.version == 3);
}

static bool http_any(const struct app *a, enum buffer buffer, size_t index, struct scratch *scratch, struct bytes *ret)
{
	if (buffer == BUFFER_http_request_header)
		return http_request_header(&a->http, index, scratch, ret);
	return http_buffer(&a->http, (enum http_buffer)(buffer - BUFFER_http_method), scratch, ret);
}

static bool buffer_make(struct app *a, enum buffer buffer, size_t index, struct scratch *scratch, struct bytes *ret)
{
	switch (buffer_kinds[buffer].home) {
	case HOME_HTTP:
		return a->proto == PROTO_http && http_any(a, buffer, index, scratch, ret);
	case HOME_DNS:
		return a->proto == PROTO_dns && dns_buffer(a, buffer, index, ret);
	case HOME_TLS:
		return a->proto == PROTO_tls && tls_buffer(a, buffer, index, scratch, ret);
	case HOME_SSH:
		return a->proto == PROTO_ssh && ssh_buffer(a, buffer, ret);
	case HOME_SNMP:
		return a->proto == PROTO_snmp && snmp_buffer(a, buffer, ret);
	case HOME_SIP:
		return a->proto == PROTO_sip && sip_buffer(&a->sip, (enum sip_buffer)(buffer - BUFFER_sip_method), index, ret);
	default:
		return false;
	}
}

bool app_buffer(struct app *a, enum buffer buffer, size_t index, struct scratch *scratch, struct bytes *ret)
{
	if (!a->valid)
		return false;
	if (buffer_kinds[buffer].several)
		return buffer_make(a, buffer, index, scratch, ret);
	if (index > 0)
		return false;
	if (a->cache[buffer].state == APP_UNKNOWN)
		a->cache[buffer].state = buffer_make(a, buffer, 0, scratch, &a->cache[buffer].bytes) ? APP_THERE : APP_ABSENT;
	*ret = a->cache[buffer].bytes;
	return a->cache[buffer].state == APP_THERE;
}
