/* What people give to a reader of captures and what is none. */
#include "capture/format.h"

#include "base/text.h"

#include <errno.h>

static const struct {
	const char *magic;
	size_t len, at;
	const char *en, *ja;
} foreigns[] = {
	{"snoop\0\0\0", 8, 0, "a snoop file", "snoop ファイル"},
	{"\xa1\xb2\xcd\x34", 4, 0, "a modified pcap file (Kuznetzov)",
		"変種の pcap ファイル（Kuznetzov 版）"},
	{"\x34\xcd\xb2\xa1", 4, 0, "a modified pcap file (Kuznetzov)",
		"変種の pcap ファイル（Kuznetzov 版）"},
	{"RTSS", 4, 0, "a Network Monitor file", "Network Monitor のファイル"},
	{"GMBU", 4, 0, "a Network Monitor file", "Network Monitor のファイル"},
	{"TRSNIFF data", 12, 0, "a Sniffer file", "Sniffer のファイル"},
	{"BZh", 3, 0, "a bzip2 file (decompress it first)",
		"bzip2 ファイル（先に展開してください）"},
	{"PK\3\4", 4, 0, "a ZIP archive (unpack it first)",
		"ZIP アーカイブ（先に展開してください）"},
	{"7z\xbc\xaf\x27\x1c", 6, 0, "a 7z archive (unpack it first)",
		"7z アーカイブ（先に展開してください）"},
	{"ustar", 5, 257, "a tar archive (unpack it first)",
		"tar アーカイブ（先に展開してください）"},
};

enum { TEXT_LOOK = 512 };

/* Printable ASCII, white space and the bytes of UTF-8 and the like; at least one character. */
static bool is_text(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < len && i < TEXT_LOOK; i++)
		if ((head[i] < 0x20 && !(head[i] >= '\t' && head[i] <= '\r')) || head[i] == 0x7f)
			return false;
	return len > 0;
}

enum { ERF_HEADER = 16, ERF_TYPES = 48, ERF_LOOK = 3, ERF_SECONDS_MIN = 631152000 /* 1990 */ };

/* One ERF record header (Endace: little-endian time, then big-endian); its length, 0 when it cannot
 * be one. */
static size_t erf_record(struct cur *c)
{
	cur_skip(c, 4); /* fraction of the second */
	uint32_t seconds = __builtin_bswap32(cur_u32(c));
	uint8_t type = cur_u8(c) & 0x7f;
	cur_skip(c, 1); /* flags */
	uint16_t record_len = cur_u16(c);
	cur_skip(c, 2); /* loss counter */
	uint16_t wire_len = cur_u16(c);

	if (!cur_ok(c) || seconds < ERF_SECONDS_MIN || type == 0 || type > ERF_TYPES ||
		record_len < ERF_HEADER || wire_len == 0)
		return 0;
	return record_len;
}

/* ERF has no magic: its first records, as far as they are there, must look like some, and the first
 * be whole. */
static bool is_erf(const uint8_t *head, size_t len)
{
	struct cur c = cur_of(head, len);
	size_t records = 0;

	for (; records < ERF_LOOK && cur_left(&c) >= ERF_HEADER; records++) {
		size_t record_len = erf_record(&c);

		if (record_len == 0)
			return false;
		if (record_len - ERF_HEADER > cur_left(&c))
			break;
		cur_skip(&c, record_len - ERF_HEADER);
	}
	return records > 0;
}

static const char *foreign_name(const uint8_t *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(foreigns); i++)
		if (foreigns[i].at + foreigns[i].len <= len &&
			memcmp(head + foreigns[i].at, foreigns[i].magic, foreigns[i].len) == 0)
			return TR(foreigns[i].en, foreigns[i].ja);
	if (is_text(head, len))
		return TR("text", "テキスト");
	if (is_erf(head, len))
		return TR("an ERF file", "ERF ファイル");
	return NULL;
}

int foreign_refuse(const char *name, const uint8_t *head, size_t len, struct err *e)
{
	const char *kind = foreign_name(head, len);

	if (len == 0)
		return err_set(e, EINVAL, TR("%s is empty", "%s は空です"), name);
	if (kind)
		return err_set(e, EINVAL,
			TR("%s is %s; only pcap and pcapng are read",
				"%s は%sです。読めるのは pcap と pcapng だけです"),
			name, kind);
	return err_set(e, EINVAL,
		TR("%s is no capture file (neither pcap nor pcapng)",
			"%s はキャプチャファイル（pcap、pcapng）ではありません"),
		name);
}
