#include "geo/asn_csv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cur.h"
#include "base/text.h"

enum { FILE_MAX = 1 << 30, NAME_MAX_BYTES = 1024 };

struct line {
	bool is_v4;
	__uint128_t first, last;
	uint32_t asn;
	size_t name_len;
	char name[NAME_MAX_BYTES];
};

/* --- fields ------------------------------------------------------------------------------ */

/* Up to the next comma, which is skipped. */
static struct cur field(struct cur *c)
{
	const uint8_t *comma = memchr(c->at, ',', cur_left(c));
	struct cur f = cur_sub(c, comma ? (size_t)(comma - c->at) : cur_left(c));

	cur_skip(c, 1);
	return f;
}

/* Digits up to anything else or the end: a number up to max. Leading zeros are none of ours: some
 * read them as octal. */
static bool take_number(struct cur *c, uint32_t max, uint32_t *ret)
{
	const uint8_t *start = c->at;
	uint64_t value = 0;

	while (cur_left(c) && *c->at >= '0' && *c->at <= '9' && value <= max)
		value = value * 10 + (cur_u8(c) - '0');
	*ret = (uint32_t)value;
	return c->at > start && value <= max && (*start != '0' || c->at == start + 1);
}

/* addr_parse() reads every spelling of both families; this is for the half million plain ones. */
static bool read_v4(struct cur f, uint32_t *ret)
{
	uint32_t octet;

	*ret = 0;
	for (int i = 0; i < 4; i++) {
		if (i > 0 && cur_u8(&f) != '.')
			return false;
		if (!take_number(&f, 255, &octet))
			return false;
		*ret = *ret << 8 | octet;
	}
	return cur_left(&f) == 0;
}

static bool read_v6(struct cur f, __uint128_t *ret)
{
	char text[ADDR_TEXT_SIZE];
	size_t len = cur_left(&f);
	struct addr a;

	if (len >= sizeof(text))
		return false;
	memcpy(text, cur_take(&f, len), len);
	text[len] = '\0';
	if (!addr_parse(text, &a) || addr_is_v4(&a))
		return false;
	*ret = addr_number(&a);
	return true;
}

static bool read_address(struct cur f, bool is_v4, __uint128_t *ret)
{
	uint32_t v4;

	if (!is_v4)
		return read_v6(f, ret);
	if (!read_v4(f, &v4))
		return false;
	*ret = v4;
	return true;
}

static bool read_asn(struct cur f, uint32_t *ret)
{
	return take_number(&f, UINT32_MAX, ret) && cur_left(&f) == 0;
}

static void keep(struct line *l, const void *bytes, size_t len)
{
	size_t room = sizeof(l->name) - l->name_len;

	len = len < room ? len : room;
	memcpy(l->name + l->name_len, bytes, len);
	l->name_len += len;
}

/* After the opening quote: "" is one quote, a single one ends the line (RFC 4180). */
static bool read_quoted(struct cur c, struct line *l)
{
	while (cur_left(&c)) {
		uint8_t byte = cur_u8(&c);

		if (byte == '"' && cur_left(&c) == 0)
			return true;
		if (byte == '"' && cur_u8(&c) != '"')
			return false;
		keep(l, &byte, 1);
	}
	return false;
}

/* The rest of the line; a name over NAME_MAX_BYTES is cut. */
static bool read_name(struct cur c, struct line *l)
{
	size_t len = cur_left(&c);

	l->name_len = 0;
	if (len && *c.at == '"') {
		cur_skip(&c, 1);
		return read_quoted(c, l);
	}
	keep(l, c.at, len);
	return true;
}

static bool read_line(struct cur c, struct line *l)
{
	struct cur first = field(&c);
	struct cur last = field(&c);
	struct cur number = field(&c);

	l->is_v4 = !memchr(first.at, ':', cur_left(&first));
	return cur_ok(&c) && read_address(first, l->is_v4, &l->first) &&
	       read_address(last, l->is_v4, &l->last) && read_asn(number, &l->asn) &&
	       read_name(c, l);
}

/* --- the file ---------------------------------------------------------------------------- */

static int line_error(const char *path, size_t number, int code, struct err *e)
{
	switch (code) {
	case -EINVAL:
		return err_set(e, EBADMSG,
			TR("%s line %zu: the range ends before it begins, or begins before the one "
			   "before it",
				"%s %zu 行目: "
				"範囲の終わりが始まりより前か、前の行より前から始まっています"),
			path, number);
	case -EBADMSG:
		return err_set(e, EBADMSG,
			TR("%s line %zu: not of the form first,last,AS number,name",
				"%s %zu 行目: 「先頭アドレス,末尾アドレス,AS "
				"番号,名称」の形ではありません"),
			path, number);
	case -E2BIG:
		return err_set(e, E2BIG,
			TR("%s line %zu: too many ranges", "%s %zu 行目: 範囲が多すぎます"), path,
			number);
	}
	return err_set(e, ENOMEM, TR("%s line %zu: no memory", "%s %zu 行目: メモリーが足りません"),
		path, number);
}

static int take_line(struct cur c, struct step_lists *lists, struct as_names *names)
{
	struct line l;

	if (!read_line(c, &l))
		return -EBADMSG;
	int ret = step_add(l.is_v4 ? &lists->v4 : &lists->v6, l.first, l.last, l.asn);
	return ret < 0 ? ret : as_names_add(names, l.asn, l.name, l.name_len);
}

/* Without its line end, of either kind. */
static struct cur next_line(struct cur *c)
{
	const uint8_t *end = memchr(c->at, '\n', cur_left(c));
	struct cur l = cur_sub(c, end ? (size_t)(end - c->at) : cur_left(c));

	if (end)
		cur_skip(c, 1);
	if (cur_left(&l) && l.end[-1] == '\r')
		l.end--;
	return l;
}

static int take_lines(struct cur c, const char *path, struct step_lists *lists,
	struct as_names *names, struct err *e)
{
	for (size_t number = 1; cur_left(&c); number++) {
		struct cur l = next_line(&c);
		int ret = cur_left(&l) ? take_line(l, lists, names) : 0;

		if (ret < 0)
			return line_error(path, number, ret, e);
	}
	return 0;
}

static int io_error(const char *path, struct err *e)
{
	int code = errno;

	return err_set(
		e, code, TR("%s: cannot be read: %s", "%s: 読めません: %s"), path, strerror(code));
}

static int read_all(const char *path, uint8_t **ret, size_t *ret_len, struct err *e)
{
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	AUTO(free) uint8_t *data = NULL;
	struct stat st;

	if (!f || fstat(fileno(f), &st) < 0)
		return io_error(path, e);
	if (!S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > FILE_MAX)
		return err_set(e, EBADMSG,
			TR("%s: empty, too big, or no file",
				"%s: 空か、大きすぎるか、ファイルではありません"),
			path);
	data = malloc((size_t)st.st_size);
	if (!data)
		return io_error(path, e);
	*ret_len = fread(data, 1, (size_t)st.st_size, f);
	if (ferror(f))
		return io_error(path, e);
	*ret = TAKE(data);
	return 0;
}

int asn_csv_read(const char *path, struct step_lists *lists, struct as_names *names, struct err *e)
{
	AUTO(free) uint8_t *data = NULL;
	size_t len = 0;
	int ret = read_all(path, &data, &len, e);

	return ret < 0 ? ret : take_lines(cur_of(data, len), path, lists, names, e);
}
