#include "analysis/value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "analysis/verdict.h"
#include "decode/service.h"

void value_done(enum subject s, struct value *v)
{
	if (subject_is_text(s))
		free((char *)v->text);
	*v = (struct value){0};
}

static bool read_address(enum value_kind kind, const char *cell, struct value *ret)
{
	struct addr a;

	if (inet_pton(AF_INET6, cell, a.b) != 1)
		return false;
	ret->prefix =
		kind == VALUE_NETWORK ? addr_network(&a) : (struct prefix){.addr = a, .bits = 128};
	return true;
}

bool payload_hash_parse(const char *text, struct payload_hash *ret)
{
	if (strlen(text) != 2 * PAYLOAD_HASH_SIZE || text[strspn(text, "0123456789abcdefABCDEF")])
		return false;
	for (size_t i = 0; i < PAYLOAD_HASH_SIZE; i++) {
		char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};

		ret->b[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

static bool read_cell(enum value_kind kind, const char *cell, struct value *ret)
{
	switch (kind) {
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		return read_address(kind, cell, ret);
	case VALUE_PAYLOAD:
		return payload_hash_parse(cell, &ret->payload);
	case VALUE_COUNTRY:
		if (strlen(cell) != 2)
			return false;
		ret->number = (uint64_t)(uint8_t)cell[0] << 8 | (uint8_t)cell[1];
		return true;
	case VALUE_SENSOR:
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		return (ret->text = strdup(cell)) != NULL;
	case VALUE_SIGNATURE:
		return number_u64(cell, 0, UINT64_MAX, &ret->number);
	case VALUE_CATEGORY:
		return number_u64(cell, CATEGORY_FIRST, CATEGORY_FIRST + RULE_CATEGORY_COUNT - 1, &ret->number);
	default:
		return number_u64(cell, 0, UINT32_MAX, &ret->number);
	}
}

int value_read(enum subject s, const char *cell, struct value *ret, struct err *e)
{
	*ret = (struct value){0};
	if (read_cell(subject_info(s)->kind, cell, ret))
		return 0;
	return err_set(e, EPROTO,
		TR("the store answered \"%s\", which is no %s",
			"データベースの答え「%s」は %s ではありません"),
		cell, subject_info(s)->name);
}

static void print_number(const struct subject_info *info, uint64_t number, struct buf *out)
{
	char text[SERVICE_TEXT_SIZE];

	switch (info->kind) {
	case VALUE_SERVICE:
		buf_text(out, service_print((uint32_t)number, text));
		break;
	case VALUE_COUNTRY:
		buf_printf(out, "%c%c", (int)(number >> 8), (int)(number & 0xff));
		break;
	case VALUE_ASN:
		buf_printf(out, "AS%" PRIu64, number);
		break;
	case VALUE_CLASS:
		buf_text(out, class_name((enum class)number));
		break;
	case VALUE_TOOL:
		buf_text(out, tool_name((enum tool)number));
		break;
	case VALUE_VERDICT:
		buf_text(out, verdict_name((uint8_t)number));
		break;
	case VALUE_YES_NO:
		buf_text(out, number ? "yes" : "no");
		break;
	case VALUE_OS:
		buf_text(out, number ? os_name((uint8_t)number) : "-"); /* of a row without TTL */
		break;
	case VALUE_PROTOCOL:
		buf_text(out, protocol_name((uint8_t)number));
		break;
	case VALUE_SIGNATURE: /* generator 1 is the usual one */
		if (number >> 32 != 1)
			buf_printf(out, "%" PRIu64 ":", number >> 32);
		buf_printf(out, "%" PRIu32, (uint32_t)number);
		break;
	case VALUE_CATEGORY:
		buf_text(out, rule_category_name((enum rule_category)(number - CATEGORY_FIRST)));
		break;
	default:
		buf_printf(out, "%" PRIu64, number);
	}
}

void value_print(enum subject s, const struct value *v, struct buf *out)
{
	const struct subject_info *info = subject_info(s);
	char text[ADDR_TEXT_SIZE];

	switch (info->kind) {
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		if (v->prefix.bits == 128)
			buf_text(out, addr_print(&v->prefix.addr, text));
		else
			buf_text(out, prefix_print(&v->prefix, text));
		break;
	case VALUE_PAYLOAD:
		for (size_t i = 0; i < PAYLOAD_HASH_SIZE; i++)
			buf_printf(out, "%02x", v->payload.b[i]);
		break;
	case VALUE_SENSOR:
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		buf_text(out, *v->text ? v->text : "-");
		break;
	default:
		print_number(info, v->number, out);
	}
}

void value_element(enum subject s, const struct value *v, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	switch (subject_info(s)->kind) {
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		buf_printf(out, "'%s'", inet_ntop(AF_INET6, v->prefix.addr.b, text, sizeof(text)));
		break;
	case VALUE_SENSOR: /* checked by value_parse(): no quotes, no backslashes */
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		buf_printf(out, "'%s'", v->text);
		break;
	case VALUE_COUNTRY:
	case VALUE_PAYLOAD:
		buf_char(out, '\'');
		value_print(s, v, out);
		buf_char(out, '\'');
		break;
	default:
		buf_printf(out, "%" PRIu64, v->number);
	}
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

uint64_t value_order(enum subject s, const struct value *v)
{
	switch (subject_info(s)->kind) {
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
	case VALUE_PAYLOAD:
	case VALUE_SENSOR:
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		return 0;
	case VALUE_SERVICE:
		return service_order((uint32_t)v->number);
	default:
		return v->number;
	}
}

int value_compare(enum subject s, const struct value *a, const struct value *b)
{
	int order;

	switch (subject_info(s)->kind) {
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		order = memcmp(&a->prefix.addr, &b->prefix.addr, sizeof(a->prefix.addr));
		return order ? order : compare_u64(a->prefix.bits, b->prefix.bits);
	case VALUE_PAYLOAD:
		return memcmp(&a->payload, &b->payload, sizeof(a->payload));
	case VALUE_SENSOR:
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		return strcmp(a->text, b->text);
	default:
		return compare_u64(value_order(s, a), value_order(s, b));
	}
}
