#include "analysis/value.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "analysis/verdict.h"
#include "base/nearest.h"
#include "base/number.h"
#include "decode/service.h"
#include "geo/country.h"
#include "observe/group_name.h"
#include "observe/tools.h"

enum { SENSOR_NAME_MAX = 64, COUNTRY_NAMES_MAX = 26 * 26 };

static const char *expected_text(const struct subject_info *info)
{
	switch (info->kind) {
	case VALUE_SERVICE:
		return TR(
			"a service like 445/TCP, 8/ICMP or GRE (for a number alone ask port = 445)",
			"445/TCP、8/ICMP、GRE のような宛先ポート（番号だけなら port = 445）");
	case VALUE_COUNTRY:
		return TR("a country or region: two-letter code or name",
			"国・地域の二文字コードまたは名称");
	case VALUE_ASN:
		return TR("an AS number like AS4134", "AS4134 のような AS 番号");
	case VALUE_ADDRESS:
		return TR("an address or prefix like 203.0.113.0/24",
			"203.0.113.0/24 のようなアドレスまたはプレフィックス");
	case VALUE_NETWORK:
		return TR(
			"a prefix not longer than /24 (IPv6: /64); for single addresses ask source",
			"/24（IPv6 は /64）以下のプレフィックス。個別のアドレスには source "
			"を使ってください");
	case VALUE_SENSOR:
		return TR("a sensor name: letters, digits, - _ .", "センサー名（英数字と - _ .）");
	case VALUE_CLASS:
		return "scan, backscatter, other";
	case VALUE_TOOL:
		return "mirai, zmap, masscan, -";
	case VALUE_OS:
		return "linux, windows, unix";
	case VALUE_PROTOCOL:
		return TR("a protocol like TCP, UDP, ICMP or a number to 255",
			"TCP、UDP、ICMP などのプロトコル、または 255 以下の番号");
	case VALUE_PAYLOAD:
		return TR(
			"a payload hash of 32 hex digits", "ペイロードのハッシュ（16 進数 32 桁）");
	case VALUE_TAG:
		return TR("a tag like mirai-syn (small letters, digits, - and .) or -",
			"mirai-syn のようなタグ（英小文字・数字・- .）または -");
	case VALUE_VERDICT:
		return "mirai, zmap, zmap-likely, zmap-candidate, masscan, masscan-likely, masscan-candidate, nmap, unicornscan, -";
	case VALUE_GROUP:
		return TR("the name of a source group, or -", "発信元グループの名前、または -");
	case VALUE_YES_NO:
		return TR("yes or no", "yes または no");
	case VALUE_SYN:
		return TR("a SYN like 64240_2-4-8-1-3_1460_7, without its window (2-4-8-1-3_1460_7), or -",
			"64240_2-4-8-1-3_1460_7 のような SYN の特徴（ウィンドウ省略可）、または -");
	case VALUE_SIGNATURE:
		return TR("the number of a signature: 2003, or 3:469 of generator 3",
			"シグネチャの番号（2003、または generator 3 なら 3:469）");
	case VALUE_CATEGORY:
#define X(id, name) ", " name
		return &(RULE_CATEGORIES(X))[2];
#undef X
	case VALUE_NUMBER:
		break;
	}
	return TR("a number in its range", "範囲内の数");
}

static bool parse_asn(const char *text, uint64_t *ret)
{
	return number_u64(strncasecmp(text, "AS", 2) == 0 ? text + 2 : text, 0, UINT32_MAX, ret);
}

/* Names in any case; "-" and "none" are the tool that is not known. */
static bool parse_enum(enum value_kind kind, const char *text, uint64_t *ret)
{
#define X(name, number)                                                                            \
	if (strcasecmp(text, #name) == 0) {                                                        \
		*ret = number;                                                                     \
		return true;                                                                       \
	}
	switch (kind) {
	case VALUE_CLASS:
		CLASSES(X)
		return false;
	case VALUE_TOOL:
		TOOLS(X)
		X(-, TOOL_none)
		return false;
	default:
		OS_FAMILIES(X)
		return false;
	}
#undef X
}

static bool parse_category(const char *text, uint64_t *ret)
{
	int category = rule_category_of(text);

	*ret = (uint64_t)(CATEGORY_FIRST + category);
	return category >= 0;
}

/* "2003" or "3:469" */
static bool parse_signature(const char *text, uint64_t *ret)
{
	const char *colon = strchr(text, ':');
	char generator[16];
	uint64_t gid = 1, sid;

	if (colon) {
		snprintf(generator, sizeof(generator), "%.*s", (int)(colon - text), text);
		if (colon - text >= (long)sizeof(generator) || !number_u64(generator, 0, UINT32_MAX, &gid))
			return false;
	}
	if (!number_u64(colon ? colon + 1 : text, 0, UINT32_MAX, &sid))
		return false;
	*ret = gid << 32 | sid;
	return true;
}

static bool parse_protocol(const char *text, uint64_t *ret)
{
	int number = protocol_number(text);

	if (number < 0)
		return number_u64(text, 0, 255, ret);
	*ret = (uint64_t)number;
	return true;
}

static bool is_sensor_name(const char *text)
{
	size_t len =
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

	return len > 0 && len <= SENSOR_NAME_MAX && text[len] == '\0';
}

static bool parse_country(const char *text, uint64_t *ret)
{
	char code[2];

	if (!country_parse(text, code))
		return false;
	*ret = (uint64_t)(uint8_t)code[0] << 8 | (uint8_t)code[1];
	return true;
}

static bool parse_prefix(enum value_kind kind, const char *text, struct prefix *ret)
{
	return prefix_parse(text, false, ret) &&
	       (kind != VALUE_NETWORK || ret->bits <= addr_network(&ret->addr).bits);
}

/* "-" is the empty one. */
static const char *label_meant(enum value_kind kind, const char *text)
{
	if (strcmp(text, "-") == 0)
		return "";
	return kind == VALUE_TAG ? tools_tag_meant(text) : text;
}

static bool parse_label(enum value_kind kind, const char *text, struct value *ret)
{
	bool is_good = strcmp(text, "-") == 0;

	if (kind == VALUE_TAG)
		is_good = is_good || tag_is_name(text);
	else if (kind == VALUE_GROUP)
		is_good = is_good || group_is_name(text);
	else
		is_good = is_good || strcmp(text, "other") == 0 || text[strspn(text, "0123456789-_?")] == '\0';
	return is_good && *text && (ret->text = strdup(label_meant(kind, text)));
}

static bool parse_verdict(const char *text, uint64_t *ret)
{
	int number = verdict_number(text);

	*ret = (uint64_t)number;
	return number >= 0;
}

static bool parse_yes_no(const char *text, uint64_t *ret)
{
	*ret = strcasecmp(text, "yes") == 0 || strcmp(text, "1") == 0;
	return *ret || strcasecmp(text, "no") == 0 || strcmp(text, "0") == 0;
}

static bool parse_text(const struct subject_info *info, const char *text, struct value *ret)
{
	uint32_t service;

	switch (info->kind) {
	case VALUE_SERVICE:
		if (!service_parse(text, &service))
			return false;
		ret->number = service;
		return true;
	case VALUE_COUNTRY:
		return parse_country(text, &ret->number);
	case VALUE_ASN:
		return parse_asn(text, &ret->number);
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		return parse_prefix(info->kind, text, &ret->prefix);
	case VALUE_SENSOR:
		return is_sensor_name(text) && (ret->text = strdup(text));
	case VALUE_CLASS:
	case VALUE_TOOL:
	case VALUE_OS:
		return parse_enum(info->kind, text, &ret->number);
	case VALUE_PROTOCOL:
		return parse_protocol(text, &ret->number);
	case VALUE_PAYLOAD:
		return payload_hash_parse(text, &ret->payload);
	case VALUE_TAG:
	case VALUE_GROUP:
	case VALUE_SYN:
		return parse_label(info->kind, text, ret);
	case VALUE_VERDICT:
		return parse_verdict(text, &ret->number);
	case VALUE_YES_NO:
		return parse_yes_no(text, &ret->number);
	case VALUE_SIGNATURE:
		return parse_signature(text, &ret->number);
	case VALUE_CATEGORY:
		return parse_category(text, &ret->number);
	case VALUE_NUMBER:
		return number_u64(text, 0, info->max, &ret->number);
	}
	return false;
}

/* "Jpan": the nearest name in either language. */
static const char *nearest_country(const char *text)
{
	const char *names[COUNTRY_NAMES_MAX + 1];
	const char *meant = NULL;

	for (int lang = 0; lang < LANG_COUNT && !meant; lang++) {
		size_t count = 0;

		for (char a = 'A'; a <= 'Z'; a++)
			for (char b = 'A'; b <= 'Z'; b++) {
				const char *name = country_name((char[]){a, b}, (enum lang)lang);
				if (name)
					names[count++] = name;
			}
		names[count] = NULL;
		meant = nearest(text, names);
	}
	return meant;
}

/* What the person probably meant; false when there is no idea. */
static bool suggest_value(
	const struct subject_info *info, const char *text, char out[ADDR_TEXT_SIZE])
{
	struct prefix prefix;
	const char *meant = NULL;
	uint64_t number;

	if (info->kind == VALUE_SERVICE && number_u64(text, 0, 65535, &number)) {
		snprintf(out, ADDR_TEXT_SIZE, "%s/TCP", text);
		return true;
	}
	if (info->kind == VALUE_ADDRESS && prefix_parse(text, true, &prefix)) {
		prefix_print(&prefix, out);
		return true;
	}
	if (info->kind == VALUE_COUNTRY)
		meant = nearest_country(text);
	if (meant)
		snprintf(out, ADDR_TEXT_SIZE, "%s", meant);
	return meant;
}

int value_parse(enum subject s, const char *text, struct value *ret, struct err *e)
{
	const struct subject_info *info = subject_info(s);
	char meant[ADDR_TEXT_SIZE];

	*ret = (struct value){0};
	if (parse_text(info, text, ret))
		return 0;
	if (suggest_value(info, text, meant))
		return err_set(e, EINVAL,
			TR("\"%s\" is no %s: did you mean %s?",
				"「%s」は %s ではありません: %s のことですか"),
			text, info->name, meant);
	if (info->kind == VALUE_NUMBER)
		return err_set(e, EINVAL,
			TR("\"%s\" is no %s: expected a number from 0 to %llu",
				"「%s」は %s ではありません: 0 から %llu までの数を書いてください"),
			text, info->name, (unsigned long long)info->max);
	return err_set(e, EINVAL,
		TR("\"%s\" is no %s: expected %s",
			"「%s」は %s ではありません: %s を書いてください"),
		text, info->name, expected_text(info));
}
