/* The buffers of one transaction of an application protocol, read from its bytes when they are first asked for. */
#pragma once

#include "rules/buffers.h"
#include "rules/rules.h"

#include "proto/dns.h"
#include "proto/http.h"
#include "proto/sip.h"
#include "proto/snmp.h"
#include "proto/ssh.h"
#include "proto/tls.h"

enum { DNS_RECORDS_MAX = 64 };

struct app {
	enum proto proto;
	bool valid;                /* the bytes could be read as that protocol */
	bool tcp;
	struct bytes in;
	size_t consumed;           /* bytes of this transaction; the next one starts there */
	union {
		struct http_request http;
		struct sip_message sip;
		struct tls_hello tls;
		struct ssh_banner ssh;
		struct snmp_message snmp;
		struct {
			struct dns_message message;
			struct dns_record records[DNS_RECORDS_MAX];
			size_t count;
		} dns;
	};
	char ja3[TLS_JA3_SIZE], ja4[TLS_JA4_SIZE];
	/* Buffers with one instance, once they were made. */
	struct {
		struct bytes bytes;
		enum { APP_UNKNOWN, APP_THERE, APP_ABSENT } state;
	} cache[BUFFER_COUNT];
};

/* Reads what the protocol needs to be asked; tcp: DNS has a length prefix. */
void app_read(struct app *a, enum proto proto, bool tcp, struct bytes in, struct scratch *scratch);
/* The index-th instance of a buffer. False: there is none. */
bool app_buffer(struct app *a, enum buffer buffer, size_t index, struct scratch *scratch, struct bytes *ret);
