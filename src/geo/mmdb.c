#include "geo/mmdb.h"

#include <errno.h>
#include <maxminddb.h>
#include <string.h>

#include "base/text.h"

/* Records share their data: there are hundreds of countries and tens of thousands of AS. */
enum { MEMO_SIZE = 4096 };
/* Ways to a node on average at most: a damaged tree can have loops. */
enum { TREE_REUSE = 4 };
/* Zero bytes between tree and data, which the numbers in records count too. */
enum { DATA_SEPARATOR = 16 };

struct memo {
	uint32_t offset_plus_1;
	uint32_t value;
};

/* One pass over the tree of one address family. */
struct walk {
	const MMDB_s *db;
	/* Value of one record, 0 when it has none; a status of libmaxminddb otherwise. */
	int (*read)(struct walk *w, MMDB_entry_s *entry, uint32_t *ret);
	struct as_names *names;
	struct step_list *out;
	unsigned bits;
	uint64_t visits_left;
	size_t values; /* records with a value other than 0 */
	struct memo memo[MEMO_SIZE];
};

/* --- values of records ------------------------------------------------------------------- */

/* A value that is not there is no failure: has_data is false. */
static int get(MMDB_entry_s *entry, const char *const *path, MMDB_entry_data_s *ret)
{
	int status = MMDB_aget_value(entry, ret, path);

	if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR ||
		status == MMDB_INVALID_LOOKUP_PATH_ERROR) {
		*ret = (MMDB_entry_data_s){0};
		return MMDB_SUCCESS;
	}
	return status;
}

static bool is_code(const MMDB_entry_data_s *d)
{
	return d->type == MMDB_DATA_TYPE_UTF8_STRING && d->data_size == 2 &&
	       d->utf8_string[0] >= 'A' && d->utf8_string[0] <= 'Z' && d->utf8_string[1] >= 'A' &&
	       d->utf8_string[1] <= 'Z';
}

static int read_country(struct walk *w, MMDB_entry_s *entry, uint32_t *ret)
{
	static const char *const paths[][3] = {
		{"country", "iso_code"},
		{"country_code"},
		{"registered_country", "iso_code"},
	};
	MMDB_entry_data_s data;

	*ret = 0;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int status = get(entry, paths[i], &data);
		if (status != MMDB_SUCCESS)
			return status;
		if (!data.has_data)
			continue;
		if (!is_code(&data))
			return MMDB_INVALID_DATA_ERROR;
		if (memcmp(data.utf8_string, "ZZ", 2) != 0)
			*ret = country_value(data.utf8_string);
		return MMDB_SUCCESS;
	}
	return MMDB_SUCCESS;
}

static int read_system(struct walk *w, MMDB_entry_s *entry, uint32_t *ret)
{
	static const char *const number_path[] = {"autonomous_system_number", NULL};
	static const char *const name_path[] = {"autonomous_system_organization", NULL};
	MMDB_entry_data_s number, name;

	*ret = 0;
	int status = get(entry, number_path, &number);
	if (status != MMDB_SUCCESS || !number.has_data)
		return status;
	if (number.type == MMDB_DATA_TYPE_UINT32)
		*ret = number.uint32;
	else if (number.type == MMDB_DATA_TYPE_UINT16)
		*ret = number.uint16;
	else
		return MMDB_INVALID_DATA_ERROR;
	status = get(entry, name_path, &name);
	if (status != MMDB_SUCCESS || !name.has_data)
		return status;
	if (name.type != MMDB_DATA_TYPE_UTF8_STRING)
		return MMDB_INVALID_DATA_ERROR;
	return as_names_add(w->names, *ret, name.utf8_string, name.data_size) < 0
		       ? MMDB_OUT_OF_MEMORY_ERROR
		       : MMDB_SUCCESS;
}

/* --- the tree ---------------------------------------------------------------------------- */

static int value_of(struct walk *w, MMDB_entry_s *entry, uint32_t *ret)
{
	struct memo *memo = &w->memo[entry->offset % MEMO_SIZE];

	if (entry->offset >= w->db->data_section_size)
		return -EBADMSG;
	if (memo->offset_plus_1 != entry->offset + 1) {
		uint32_t value;
		int status = w->read(w, entry, &value);

		if (status != MMDB_SUCCESS)
			return status == MMDB_OUT_OF_MEMORY_ERROR ? -ENOMEM : -EBADMSG;
		*memo = (struct memo){.offset_plus_1 = entry->offset + 1, .value = value};
	}
	*ret = memo->value;
	return 0;
}

static int take_record(struct walk *w, MMDB_entry_s *entry, __uint128_t first, unsigned depth)
{
	__uint128_t others = ((__uint128_t)1 << (w->bits - depth)) - 1;
	uint32_t value;
	int ret = value_of(w, entry, &value);

	if (ret < 0 || value == 0)
		return ret;
	w->values++;
	return step_add(w->out, first, first + others, value);
}

static int walk_node(struct walk *w, uint32_t node, __uint128_t first, unsigned depth);

static int walk_record(struct walk *w, uint8_t type, uint64_t record, MMDB_entry_s *entry,
	__uint128_t first, unsigned depth)
{
	bool is_v4_part = w->bits == 128 && record == w->db->ipv4_start_node.node_value;

	switch (type) {
	case MMDB_RECORD_TYPE_EMPTY:
		return 0;
	case MMDB_RECORD_TYPE_DATA:
		return take_record(w, entry, first, depth);
	case MMDB_RECORD_TYPE_SEARCH_NODE:
		return is_v4_part ? 0 : walk_node(w, (uint32_t)record, first, depth);
	}
	return -EBADMSG;
}

/* depth bits of the address lead here. */
static int walk_node(struct walk *w, uint32_t node, __uint128_t first, unsigned depth)
{
	MMDB_search_node_s n;
	int ret;

	if (depth >= w->bits || w->visits_left == 0)
		return -EBADMSG;
	w->visits_left--;
	if (MMDB_read_node(w->db, node, &n) != MMDB_SUCCESS)
		return -EBADMSG;
	ret = walk_record(
		w, n.left_record_type, n.left_record, &n.left_record_entry, first, depth + 1);
	if (ret < 0)
		return ret;
	first |= (__uint128_t)1 << (w->bits - 1 - depth);
	return walk_record(
		w, n.right_record_type, n.right_record, &n.right_record_entry, first, depth + 1);
}

/* IPv4 has its own tree, or hangs below ::/96 of an IPv6 one, where the way down may end early. */
static int walk_v4(struct walk *w)
{
	uint32_t start = w->db->ipv4_start_node.node_value;
	uint32_t nodes = w->db->metadata.node_count;

	w->bits = 32;
	if (start < nodes)
		return walk_node(w, start, 0, 0);
	if (start == nodes)
		return 0;

	MMDB_entry_s entry = {.mmdb = w->db, .offset = start - nodes - DATA_SEPARATOR};

	return take_record(w, &entry, 0, 0);
}

static int walk_tree(struct walk *w, struct step_lists *ret)
{
	w->visits_left = (uint64_t)w->db->metadata.node_count * TREE_REUSE;
	w->out = &ret->v4;
	int status = walk_v4(w);
	if (status < 0 || w->db->metadata.ip_version != 6)
		return status;
	w->bits = 128;
	w->out = &ret->v6;
	return walk_node(w, 0, 0, 0);
}

/* --- the file ---------------------------------------------------------------------------- */

static int open_error(int status, const char *path, struct err *e)
{
	int code = errno;

	switch (status) {
	case MMDB_FILE_OPEN_ERROR:
		return err_set(e, code, TR("%s: cannot be opened: %s", "%s: 開けません: %s"), path,
			strerror(code));
	case MMDB_OUT_OF_MEMORY_ERROR:
		return err_set(e, ENOMEM, TR("%s: no memory", "%s: メモリーが足りません"), path);
	}
	return err_set(e, EBADMSG,
		TR("%s: no MMDB file, or a damaged one",
			"%s: MMDB ファイルではないか、壊れています"),
		path);
}

static int walk_error(int code, const char *path, struct err *e)
{
	if (code == -ENOMEM)
		return open_error(MMDB_OUT_OF_MEMORY_ERROR, path, e);
	return err_set(e, EBADMSG,
		TR("%s: the file is damaged: get it again",
			"%s: ファイルが壊れています。取得し直してください"),
		path);
}

static void describe(const MMDB_s *db, struct mmdb_info *info)
{
	snprintf(info->type, sizeof(info->type), "%s", db->metadata.database_type);
	info->built_s = db->metadata.build_epoch;
}

static int read_file(const char *path, struct walk *w, struct step_lists *ret,
	struct mmdb_info *info, struct err *e)
{
	MMDB_s db;
	int status = MMDB_open(path, MMDB_MODE_MMAP, &db);

	if (status != MMDB_SUCCESS)
		return open_error(status, path, e);
	w->db = &db;
	describe(&db, info);
	status = walk_tree(w, ret);
	MMDB_close(&db);
	return status < 0 ? walk_error(status, path, e) : 0;
}

int mmdb_countries(const char *path, struct step_lists *ret, struct mmdb_info *info, struct err *e)
{
	struct walk w = {.read = read_country};
	int status = read_file(path, &w, ret, info, e);

	if (status == 0 && w.values == 0)
		return err_set(e, EBADMSG,
			TR("%s: holds no countries (country.iso_code or country_code)",
				"%s: 国・地域の情報（country.iso_code または "
				"country_code）がありません"),
			path);
	return status;
}

int mmdb_systems(const char *path, struct step_lists *ret, struct as_names *names,
	struct mmdb_info *info, struct err *e)
{
	struct walk w = {.read = read_system, .names = names};
	int status = read_file(path, &w, ret, info, e);

	if (status == 0 && w.values == 0)
		return err_set(e, EBADMSG,
			TR("%s: holds no AS numbers (autonomous_system_number)",
				"%s: AS 番号（autonomous_system_number）がありません"),
			path);
	return status;
}
