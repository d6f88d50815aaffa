#include "geo/databases.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "geo/asn_csv.h"
#include "geo/mmdb.h"
#include "geo/version.h"

#define PACKAGED_COUNTRY "@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"
#define PACKAGED_ASN	 "@ip-location-db/asn"

static int no_memory(struct err *e)
{
	return err_set(e, ENOMEM,
		TR("no memory for countries and AS", "国・地域と AS の表のメモリーが足りません"));
}

/* --- which ------------------------------------------------------------------------------- */

/* The path as configured, or the packaged one. */
static void find_path(struct database *d, const char *path, const char *deps, const char *packaged)
{
	d->is_packaged = !*path;
	if (d->is_packaged)
		buf_printf(&d->path, "%s/%s", deps, packaged);
	else
		buf_text(&d->path, path);
}

int databases_find(
	struct databases *d, const char *country, const char *asn, const char *deps, struct err *e)
{
	find_path(&d->country, country, deps, PACKAGED_COUNTRY);
	find_path(&d->asn, asn, deps, PACKAGED_ASN);
	return d->country.path.failed || d->asn.path.failed ? no_memory(e) : 0;
}

void databases_done(struct databases *d)
{
	buf_done(&d->country.path);
	buf_done(&d->asn.path);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* --- what identifies them ---------------------------------------------------------------- */

/* The path as configured counts as well: versions and kinds of files follow from it. */
static void identify(struct buf *out, const char *path)
{
	AUTO(free) char *real = realpath(path, NULL);
	struct stat st;

	if (!real || stat(real, &st) < 0) {
		buf_printf(out, "%s: none\n", path);
		return;
	}
	buf_printf(out, "%s = %s: %jd bytes, %jd.%09ld, %jd.%09ld, inode %ju\n", path, real,
		(intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		(intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec, (uintmax_t)st.st_ino);
}

static void identify_in(struct buf *out, const char *folder, const char *name)
{
	AUTO(buf_done) struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	identify(out, buf_str(&path));
}

static void identify_package(struct buf *out, const char *path, bool folder)
{
	AUTO(buf_done) struct buf package = {0};

	version_package(&package, path, folder);
	identify(out, buf_str(&package));
}

void databases_identify(const struct databases *d, struct buf *out)
{
	bool folder = is_folder(d->asn.path.data);

	identify(out, d->country.path.data);
	identify_package(out, d->country.path.data, false);
	if (folder) {
		identify_in(out, d->asn.path.data, "asn-ipv4.csv");
		identify_in(out, d->asn.path.data, "asn-ipv6.csv");
	} else {
		identify(out, d->asn.path.data);
	}
	identify_package(out, d->asn.path.data, folder);
}

/* FNV-1a, with a zero after the text. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	do {
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	} while (*text++);
	return hash;
}

uint64_t databases_number(const struct databases *d)
{
	AUTO(free) char *country = realpath(d->country.path.data, NULL);
	AUTO(free) char *asn = realpath(d->asn.path.data, NULL);
	uint64_t hash = hash_text(UINT64_C(0xcbf29ce484222325), country ? country : "");

	return hash_text(hash, asn ? asn : "");
}

/* --- what they say ----------------------------------------------------------------------- */

static int read_countries(const char *path, struct facts *f, struct err *e)
{
	struct mmdb_info info;
	int ret = mmdb_countries(path, &f->countries, &info, e);

	if (ret == 0)
		version_of_mmdb(&f->country_version, path, &info);
	return ret;
}

static int read_csv(const char *folder, const char *name, struct facts *f, struct err *e)
{
	AUTO(buf_done) struct buf path = {0};

	buf_printf(&path, "%s/%s", folder, name);
	return path.failed ? no_memory(e) : asn_csv_read(path.data, &f->systems, &f->names, e);
}

static int read_csvs(const char *folder, struct facts *f, struct err *e)
{
	int ret = read_csv(folder, "asn-ipv4.csv", f, e);

	return ret < 0 ? ret : read_csv(folder, "asn-ipv6.csv", f, e);
}

/* A folder or a file .csv holds ranges; anything else is an MMDB. */
static int read_systems(const char *path, struct facts *f, struct err *e)
{
	bool folder = is_folder(path);
	struct mmdb_info info;
	int ret;

	if (!folder && !ends_with(path, ".csv")) {
		ret = mmdb_systems(path, &f->systems, &f->names, &info, e);
		if (ret == 0)
			version_of_mmdb(&f->asn_version, path, &info);
		return ret;
	}
	ret = folder ? read_csvs(path, f, e) : asn_csv_read(path, &f->systems, &f->names, e);
	if (ret == 0)
		version_of_csv(&f->asn_version, path, folder);
	return ret;
}

static int check_packaged(const struct database *d, struct err *e)
{
	if (!d->is_packaged || access(d->path.data, F_OK) == 0)
		return 0;
	return err_set(e, ENOENT,
		TR("%s is missing: install it with npm, or set geo.country and geo.asn",
			"%s がありません。npm で導入するか、geo.country と geo.asn "
			"を設定してください"),
		d->path.data);
}

int databases_read(const struct databases *d, struct facts *ret, struct err *e)
{
	int status = check_packaged(&d->country, e);

	if (status == 0)
		status = read_countries(d->country.path.data, ret, e);
	if (status == 0)
		status = check_packaged(&d->asn, e);
	if (status == 0)
		status = read_systems(d->asn.path.data, ret, e);
	if (status == 0 && (ret->country_version.failed || ret->asn_version.failed))
		return no_memory(e);
	return status;
}

void facts_done(struct facts *f)
{
	step_lists_done(&f->countries);
	step_lists_done(&f->systems);
	as_names_done(&f->names);
	buf_done(&f->country_version);
	buf_done(&f->asn_version);
}
