#include "proto/snmp.h"

#include "proto/ber.h"

enum {
	PDU_CLASS = 0xa0,
	PDU_CLASS_MASK = 0xe0,
	OID = 0x06,
	FLAG_PRIVACY = 2,
	FLAG_REPORTABLE = 4,
	SECURITY_USM = 3
};

const char *snmp_pdu_name(int pdu_type)
{
	static const char *const names[SNMP_PDUS] = {
		"get", "getnext", "response", "set", "trap", "getbulk", "inform", "trap", "report"};

	return pdu_type >= 0 && pdu_type < SNMP_PDUS ? names[pdu_type] : NULL;
}

/* What is behind three numbers: the list of variables, each a sequence of name and value. */
static void read_variables(struct cur c, struct snmp_message *m)
{
	struct cur list = ber_cur(ber_take(&c, BER_SEQUENCE));

	while (cur_ok(&list) && cur_left(&list) > 0) {
		struct cur variable = ber_cur(ber_take(&list, BER_SEQUENCE));
		struct bytes oid = ber_take(&variable, OID);

		if (!cur_ok(&variable))
			return;
		if (m->oid_count++ == 0)
			m->oid = oid;
	}
}

static void read_pdu(struct cur *c, struct snmp_message *m)
{
	uint8_t tag;
	struct bytes pdu = ber_next(c, &tag);

	if ((tag & PDU_CLASS_MASK) != PDU_CLASS)
		return;
	m->pdu_type = tag & ~PDU_CLASS_MASK;
	struct cur body = ber_cur(pdu);
	for (int i = 0; i < 3 && m->pdu_type != SNMP_TRAP_V1; i++)
		ber_take(&body, BER_INTEGER);
	read_variables(body, m);
}

/* RFC 3412 6: header data, security parameters as octets, and the scoped PDU, encrypted or not. */
static bool read_v3(struct cur *c, struct snmp_message *m)
{
	struct cur head = ber_cur(ber_take(c, BER_SEQUENCE));
	uint8_t tag;

	ber_number(&head);
	ber_number(&head);
	struct bytes flags = ber_take(&head, BER_OCTETS);
	uint64_t model = ber_number(&head);
	struct cur security = ber_cur(ber_take(c, BER_OCTETS));
	if (!cur_ok(&head) || flags.len != 1 || !cur_ok(&security))
		return false;
	m->is_encrypted = flags.data[0] & FLAG_PRIVACY;
	m->is_reportable = flags.data[0] & FLAG_REPORTABLE;
	if (model == SECURITY_USM) {
		struct cur usm = ber_cur(ber_take(&security, BER_SEQUENCE));

		m->engine = ber_take(&usm, BER_OCTETS);
		ber_number(&usm);
		ber_number(&usm);
		m->usm = ber_take(&usm, BER_OCTETS);
		if (!cur_ok(&usm))
			return false;
	}
	struct cur scoped = ber_cur(ber_next(c, &tag));
	if (tag != BER_SEQUENCE)
		return true;
	ber_take(&scoped, BER_OCTETS);
	ber_take(&scoped, BER_OCTETS);
	read_pdu(&scoped, m);
	return true;
}

bool snmp_parse(struct bytes in, struct snmp_message *ret)
{
	struct cur all = ber_cur(in);
	uint8_t tag;
	struct bytes message = ber_next(&all, &tag);
	struct cur c = ber_cur(message);

	*ret = (struct snmp_message){.pdu_type = -1};
	uint64_t version = tag == BER_SEQUENCE ? ber_number(&c) : UINT64_MAX;
	/* 0 is version 1, 1 is 2c, 3 is 3 */
	if (version > 3 || version == 2 || !cur_ok(&c))
		return false;
	ret->version = version == 3 ? 3 : (unsigned)version + 1;
	if (version == 3)
		return read_v3(&c, ret);
	ret->community = ber_take(&c, BER_OCTETS);
	if (!cur_ok(&c))
		return false;
	read_pdu(&c, ret);
	return true;
}
