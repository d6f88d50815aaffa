/* Any bytes as a database of places. The first byte says which reader; a file it takes must make a
 * table that answers. */
#include "geo/asn_csv.h"
#include "geo/mmdb.h"
#include "geo/special.h"
#include "geo/v4.h"
#include "geo/v6.h"

#include <assert.h>
#include <stdint.h>
#include <sys/mman.h>

static int read_as(uint8_t reader, const char *path, struct step_lists *lists,
	struct as_names *names, struct err *e)
{
	struct mmdb_info info;

	if (reader == 'c')
		return asn_csv_read(path, lists, names, e);
	if (reader == 'a')
		return mmdb_systems(path, lists, names, &info, e);
	return mmdb_countries(path, lists, &info, e);
}

static void ask(const struct step_lists *lists, const struct as_names *names)
{
	static const struct addr six[] = {{{0x20, 0x01}}, {{0xff}}};
	static const struct step_list nothing;
	struct tables t = {0};

	assert(v4_make(&t, &nothing, &lists->v4) == 0 && v4_is_sound(&t));
	assert(v6_make(&t, &nothing, &lists->v6) == 0 && v6_is_sound(&t));
	for (size_t i = 0; i < ARRAY_SIZE(six); i++)
		assert(as_name_in(names->slots, names->size, names->texts.data,
			v6_find(&t, &six[i])->value));
	assert(!v4_find(&t, 0x01020304)->is_split);
	tables_done(&t);
}

/* libmaxminddb 1.7.1 loses a few kilobytes when it refuses some metadata; that is once a start at
 * most. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libmaxminddb";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(step_lists_done) struct step_lists lists = {0};
	AUTO(step_lists_done) struct step_lists places = {0};
	AUTO(close) int fd = memfd_create("geo", MFD_CLOEXEC);
	struct as_names names = {0};
	struct err e = {0};
	char path[32];

	if (size == 0 || fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int ret = read_as(data[0], path, &lists, &names, &e);
	assert((ret < 0) == (e.text[0] != '\0'));
	if (ret == 0 && special_remove(&lists, &places) == 0)
		ask(&places, &names);
	as_names_done(&names);
	return 0;
}
