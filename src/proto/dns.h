/* DNS messages (RFC 1035 4), over UDP and TCP. Total; a record that cannot be read ends the walk.
 * Names are written with dots, without the last one, their bytes as they are (the root is empty),
 * as Suricata's dns.query shows them. A pointer of a name must point before the place it was read
 * from, so that no message can make a loop. */
#pragma once

#include "base/bytes.h"

enum dns_section { DNS_QUESTION, DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL, DNS_SECTIONS };

enum { DNS_HEADER_LEN = 12, DNS_NAME_MAX = 255 };

struct dns_message {
	struct bytes all; /* from the header on */
	uint16_t id, flags;
	uint16_t counts[DNS_SECTIONS]; /* as the header says, which need not be true */
};

struct dns_record {
	enum dns_section section;
	struct bytes name; /* in the scratch */
	uint16_t type, class;
	uint32_t ttl;	   /* 0 for questions */
	struct bytes data; /* none for questions */
};

/* Begin with {.message = m}. */
struct dns_walk {
	const struct dns_message *message;
	size_t at;	     /* 0: not begun */
	unsigned section;    /* DNS_SECTIONS at the end */
	unsigned in_section; /* records of it that were read */
	bool odd;	     /* a record could not be read */
};

/* False: fewer bytes than a header. */
bool dns_parse(struct bytes in, struct dns_message *ret);
/* The message behind a length prefix (RFC 1035 4.2.2); cut when it goes on in a later segment. */
struct bytes dns_of_tcp(struct bytes in);
/* The next question or record; false when there is none or it cannot be read. */
bool dns_next(struct dns_walk *w, struct scratch *scratch, struct dns_record *ret);
/* All questions are there and can be read, and header and size are as of DNS: what to go by where
 * the port is unknown. */
bool dns_is_plausible(struct bytes in);
/* "A", "AAAA", "TXT" ...; NULL: no common name. */
const char *dns_type_name(uint16_t type);

static inline bool dns_is_response(const struct dns_message *m)
{
	return m->flags & 0x8000;
}

static inline unsigned dns_opcode(const struct dns_message *m)
{
	return m->flags >> 11 & 15;
}

static inline unsigned dns_rcode(const struct dns_message *m)
{
	return m->flags & 15;
}
