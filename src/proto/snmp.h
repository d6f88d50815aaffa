/* SNMP messages: v1 (RFC 1157), v2c (RFC 1901), v3 (RFC 3412, user-based security RFC 3414). */
#pragma once

#include "base/bytes.h"

/* The choice of PDU: its tag without the class (RFC 3416 3). */
enum {
	SNMP_GET = 0,
	SNMP_GET_NEXT,
	SNMP_RESPONSE,
	SNMP_SET,
	SNMP_TRAP_V1,
	SNMP_GET_BULK,
	SNMP_INFORM,
	SNMP_TRAP,
	SNMP_REPORT,
	SNMP_PDUS
};

struct snmp_message {
	unsigned version;		  /* 1, 2 (v2c) or 3 */
	struct bytes community;		  /* of 1 and 2 */
	struct bytes usm;		  /* the user of 3 */
	struct bytes engine;		  /* the authoritative engine of 3 */
	bool is_encrypted, is_reportable; /* of 3 */
	int pdu_type;			  /* -1: encrypted, or not there */
	uint32_t oid_count;		  /* variables that were read */
	struct bytes oid;		  /* the first variable's name, encoded */
};

/* False: it is no SNMP message up to community or user. */
bool snmp_parse(struct bytes in, struct snmp_message *ret);
/* "get", "getnext" ..., or NULL. */
const char *snmp_pdu_name(int pdu_type);
