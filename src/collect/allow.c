#include "collect/allow.h"

#include "base/text.h"
#include "base/zone.h"
#include "collect/files.h"

#include <ctype.h>
#include <string.h>

enum { FIELDS = 5, LINE_BYTES = 320 };

bool allow_is_name(const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return len > 0 && len <= SEGMENT_SENSOR_MAX && name[0] != '.';
}

/* --- the file --- */

/* Cuts a line at its spaces; the number of fields, at most FIELDS + 1. */
static size_t split(char *line, char *fields[FIELDS])
{
	char *rest = line, *field;
	size_t count = 0;

	while ((field = strsep(&rest, " ")) && count <= FIELDS) {
		if (count < FIELDS)
			fields[count] = field;
		count++;
	}
	return count;
}

static bool parse_line(char *line, struct allow_entry *ret)
{
	char *fields[FIELDS] = {NULL};

	*ret = (struct allow_entry){0};
	if (split(line, fields) != FIELDS || !allow_is_name(fields[1]))
		return false;
	snprintf(ret->sensor, sizeof(ret->sensor), "%s", fields[1]);
	return strlen(fields[0]) == 2 * SEGMENT_DIGEST && segment_unhex(fields[0], ret->digest, SEGMENT_DIGEST) &&
	       zone_parse(fields[2], &ret->since_s) && zone_parse(fields[3], &ret->until_s) &&
	       (strcmp(fields[4], "-") == 0 || (zone_parse(fields[4], &ret->revoked_s) && ret->revoked_s != 0));
}

static int take_line(struct allow *a, const char *file, size_t number, const char *text, size_t len, struct err *e)
{
	char line[LINE_BYTES];
	struct allow_entry entry;

	if (len == 0 || text[0] == '#')
		return 0;
	if (len >= sizeof(line) || memchr(text, '\0', len))
		return err_set(e, EBADMSG, TR("%s line %zu: too long, or no text", "%s %zu 行目: 長すぎるか、テキストではありません"),
			file, number);
	memcpy(line, text, len);
	line[len] = '\0';
	if (!parse_line(line, &entry))
		return err_set(e, EBADMSG,
			TR("%s line %zu: not \"DIGEST NAME SINCE UNTIL REVOKED\"",
				"%s %zu 行目:「ダイジェスト 名前 開始 終了 失効」の形ではありません"),
			file, number);
	int rc = allow_add(a, &entry, e);
	return rc < 0 ? err_context(e, rc, TR("%s line %zu: ", "%s %zu 行目: "), file, number) : 0;
}

int allow_parse(const char *file, const char *text, size_t len, struct allow *ret, struct err *e)
{
	AUTO(allow_done) struct allow a = {0};
	const char *end = text + len;

	for (size_t number = 1; text < end; number++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t line_len = (size_t)((stop ? stop : end) - text);
		int rc = take_line(&a, file, number, text, line_len, e);

		if (rc < 0)
			return rc;
		text += line_len + 1;
	}
	*ret = a;
	a = (struct allow){0};
	return 0;
}

void allow_print(const struct allow *a, struct buf *out)
{
	buf_text(out, "# digest name since until revoked; made by teiten sensor\n");
	for (size_t i = 0; i < a->count; i++) {
		const struct allow_entry *entry = &a->entries[i];
		char digest[SEGMENT_DIGEST_TEXT], since[ZONE_TEXT_SIZE], until[ZONE_TEXT_SIZE], revoked[ZONE_TEXT_SIZE];

		buf_printf(out, "%s %s %s %s %s\n", segment_hex(entry->digest, SEGMENT_DIGEST, digest), entry->sensor,
			zone_print(entry->since_s, since), zone_print(entry->until_s, until),
			entry->revoked_s ? zone_print(entry->revoked_s, revoked) : "-");
	}
}

void allow_done(struct allow *a)
{
	if (!a)
		return;
	free(a->entries);
	*a = (struct allow){0};
}

/* --- entries --- */

/* The place of a digest, or where it belongs. */
static size_t place(const struct allow *a, const uint8_t digest[SEGMENT_DIGEST])
{
	size_t from = 0, to = a->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (memcmp(a->entries[middle].digest, digest, SEGMENT_DIGEST) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct allow_entry *allow_find(const struct allow *a, const uint8_t digest[SEGMENT_DIGEST])
{
	size_t at = place(a, digest);

	return at < a->count && memcmp(a->entries[at].digest, digest, SEGMENT_DIGEST) == 0 ? &a->entries[at] : NULL;
}

enum allow_verdict allow_judge(const struct allow_entry *entry, int64_t now_s)
{
	if (!entry)
		return ALLOW_UNKNOWN;
	if (entry->revoked_s)
		return ALLOW_REVOKED;
	return entry->until_s <= now_s ? ALLOW_EXPIRED : ALLOW_YES;
}

/* Room by doubling. */
static int make_room(struct allow *a, struct err *e)
{
	if (a->count > 0 && (a->count & (a->count - 1)) != 0)
		return 0;
	struct allow_entry *more = realloc(a->entries, (a->count ? 2 * a->count : 1) * sizeof(*more));
	if (!more)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	a->entries = more;
	return 0;
}

int allow_add(struct allow *a, const struct allow_entry *entry, struct err *e)
{
	size_t at = place(a, entry->digest);

	if (allow_find(a, entry->digest))
		return err_set(e, EEXIST, TR("this certificate is there twice", "同じ証明書が二つあります"));
	if (a->count >= ALLOW_MAX)
		return err_set(e, ENOSPC, TR("more than %d certificates", "証明書が %d 枚を超えました"), ALLOW_MAX);
	int rc = make_room(a, e);
	if (rc < 0)
		return rc;
	memmove(a->entries + at + 1, a->entries + at, (a->count - at) * sizeof(*entry));
	a->entries[at] = *entry;
	a->count++;
	return 0;
}

/* --- on disk --- */

int allow_read(int identity_fd, struct allow *ret, struct err *e)
{
	AUTO(free) char *text = NULL;
	size_t len = 0;
	int rc = files_read(identity_fd, ALLOW_FILE, ALLOW_BYTES_MAX, &text, &len, e);

	*ret = (struct allow){0};
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc : allow_parse(ALLOW_FILE, text, len, ret, e);
}

int allow_write(int identity_fd, const struct allow *a, struct err *e)
{
	AUTO(buf_done) struct buf text = {.max = ALLOW_BYTES_MAX};

	allow_print(a, &text);
	if (text.failed)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	return files_replace(identity_fd, ALLOW_FILE, 0640, text.data, text.len, e);
}
