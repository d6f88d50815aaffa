/* byte_test, byte_jump, byte_extract, byte_math. */
#include "rules/eval.h"

#include <ctype.h>

enum { STRING_MAX = 23 };

static unsigned digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10u : 16u;
}

/* As the digits say: 0x.. is hexadecimal, 0.. octal, all else decimal. */
static unsigned base_of(struct bytes *text, unsigned base)
{
	bool zero = text->len > 1 && text->data[0] == '0';

	if ((base == 0 || base == 16) && zero && ascii_lower(text->data[1]) == 'x' && text->len > 2 &&
		digit_of(text->data[2]) < 16) {
		*text = bytes_from(*text, 2);
		return 16;
	}
	return base ? base : zero ? 8 : 10;
}

/* Digits behind blanks and a sign, as strtoull reads them. False: no digit. */
static bool string_number(struct bytes text, unsigned base, uint64_t *ret)
{
	bool minus = false, some = false;

	while (text.len > 0 && isspace(text.data[0]))
		text = bytes_from(text, 1);
	if (text.len > 0 && (text.data[0] == '-' || text.data[0] == '+')) {
		minus = text.data[0] == '-';
		text = bytes_from(text, 1);
	}
	base = base_of(&text, base);
	*ret = 0;
	for (; text.len > 0 && digit_of(text.data[0]) < base; text = bytes_from(text, 1)) {
		some = true;
		if (__builtin_mul_overflow(*ret, (uint64_t)base, ret) ||
			__builtin_add_overflow(*ret, (uint64_t)digit_of(text.data[0]), ret))
			return false;
	}
	if (minus)
		*ret = 0 - *ret;
	return some;
}

static uint64_t binary_number(struct bytes b, bool little)
{
	uint64_t value = 0;

	for (size_t i = 0; i < b.len; i++)
		value = value << 8 | b.data[little ? b.len - 1 - i : i];
	return value;
}

/* The field's bytes; *ret_end: the place behind them. A string of 0 bytes goes on as far as digits can. False: out of bounds. */
static bool field_bytes(const struct item *item, const struct look *look, struct bytes in, size_t pos, struct bytes *ret,
	size_t *ret_end)
{
	const struct byte_field *f = item->field;
	int64_t start = (item->relative ? (int64_t)pos : 0) + amount_value(&f->offset, look);
	int64_t bytes = amount_value(&f->bytes, look), len = (int64_t)in.len;

	if (start < 0 || start > len || bytes < 0 || bytes > STRING_MAX || (!f->string && bytes > 8))
		return false;
	if (f->string && bytes == 0)
		bytes = len - start < STRING_MAX ? len - start : STRING_MAX;
	if (bytes > len - start)
		return false;
	*ret = bytes_part(in, (size_t)start, (size_t)(start + bytes));
	*ret_end = (size_t)(start + bytes);
	return true;
}

static bool field_value(const struct item *item, const struct look *look, struct bytes in, size_t pos, uint64_t *ret,
	size_t *ret_end)
{
	const struct byte_field *f = item->field;
	struct bytes field;

	if (!field_bytes(item, look, in, pos, &field, ret_end))
		return false;
	if (f->string) {
		if (!string_number(field, f->base, ret))
			return false;
	} else {
		*ret = binary_number(field, f->little);
	}
	if (f->mask)
		*ret = (*ret & f->mask) >> __builtin_ctzll(f->mask);
	return true;
}

static bool compare(uint8_t op, uint64_t value, uint64_t with)
{
	switch ((enum byte_op)op) {
	case OP_LESS:
		return value < with;
	case OP_MORE:
		return value > with;
	case OP_LESS_EQUAL:
		return value <= with;
	case OP_MORE_EQUAL:
		return value >= with;
	case OP_EQUAL:
		return value == with;
	case OP_AND:
		return value & with;
	case OP_XOR:
		return value ^ with;
	}
	return false;
}

static uint64_t with_value(const struct byte_field *f, const struct look *look)
{
	return f->value.var == VAR_NONE ? (uint64_t)f->value.value : look->vars[f->value.var];
}

static bool test_matches(const struct item *item, struct look *look, struct bytes in, size_t pos)
{
	uint64_t value;
	size_t end;

	return field_value(item, look, in, pos, &value, &end) &&
	       compare(item->field->op, value, with_value(item->field, look)) != item->not;
}

static uint64_t aligned(uint64_t value, unsigned align)
{
	return align && value % align ? value + align - value % align : value;
}

/* Where a jump leads; before the start is the start. False: behind the end. */
static bool jump_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos)
{
	const struct byte_field *f = item->field;
	uint64_t value = 0;
	size_t end = item->relative ? *pos : 0;
	bool empty = f->bytes.var == VAR_NONE && f->bytes.value == 0;
	int64_t target;

	if (!empty && !field_value(item, look, in, *pos, &value, &end))
		return false;
	value = aligned(value * f->multiplier, f->align);
	if (value > INT32_MAX)
		return false;
	target = (int64_t)value + amount_value(&f->post_offset, look);
	target += f->from == FROM_BEGINNING ? 0 : f->from == FROM_END ? (int64_t)in.len : (int64_t)end;
	if (target > (int64_t)in.len)
		return false;
	*pos = target < 0 ? 0 : (size_t)target;
	return true;
}

static bool extract_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos)
{
	const struct byte_field *f = item->field;
	uint64_t value;
	size_t end;

	if (!field_value(item, look, in, *pos, &value, &end))
		return false;
	look->vars[f->result] = aligned(value * f->multiplier, f->align);
	*pos = end;
	return true;
}

static bool calculate(uint8_t op, uint64_t value, uint64_t with, uint64_t *ret)
{
	switch ((enum math_op)op) {
	case MATH_ADD:
		*ret = value + with;
		return true;
	case MATH_SUBTRACT:
		*ret = value - with;
		return true;
	case MATH_MULTIPLY:
		*ret = value * with;
		return true;
	case MATH_DIVIDE:
		*ret = with ? value / with : 0;
		return with != 0;
	case MATH_LEFT:
		*ret = with < 64 ? value << with : 0;
		return true;
	case MATH_RIGHT:
		*ret = with < 64 ? value >> with : 0;
		return true;
	}
	return false;
}

/* The mask is for the result (Suricata), so the field is read without it. */
static bool math_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos)
{
	struct byte_field plain = *item->field;
	struct item unmasked = *item;
	uint64_t value;
	size_t end;

	plain.mask = 0;
	unmasked.field = &plain;
	if (!field_value(&unmasked, look, in, *pos, &value, &end) ||
		!calculate(plain.op, value, with_value(&plain, look), &value))
		return false;
	uint64_t mask = item->field->mask;
	look->vars[plain.result] = mask ? (value & mask) >> __builtin_ctzll(mask) : value;
	*pos = end;
	return true;
}

bool byte_item_matches(const struct item *item, struct look *look, struct bytes in, size_t *pos)
{
	switch (item->kind) {
	case ITEM_BYTE_TEST:
		return test_matches(item, look, in, *pos);
	case ITEM_BYTE_JUMP:
		return jump_matches(item, look, in, pos);
	case ITEM_BYTE_EXTRACT:
		return extract_matches(item, look, in, pos);
	case ITEM_BYTE_MATH:
		return math_matches(item, look, in, pos);
	default:
		return false;
	}
}
