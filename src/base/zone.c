#include "base/zone.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum {
	DAY_S = 86400,
	ZONE_NAME_SIZE = 64,
};

/* Years 1 to 9999: what text can name and localtime_r() can break down. */
static const int64_t time_min_s = INT64_C(-62135596800), time_max_s = INT64_C(253402300799);

static char current_name[ZONE_NAME_SIZE] = "UTC"; /* like a log level: set once at start */

/* --- the zone and its name --- */

/* right/ counts leap seconds in its time stamps, which captures do not. */
static bool is_zone_name(const char *name)
{
	size_t len = strlen(name);
	size_t good =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

	return len > 0 && len < ZONE_NAME_SIZE && good == len && name[0] != '/' &&
	       strncmp(name, "right/", 6) != 0;
}

/* Without this look glibc takes any unknown name for UTC, silently. */
static bool has_zone_file(const char *name)
{
	char path[sizeof(ZONE_FOLDER) + ZONE_NAME_SIZE];
	char magic[4];

	snprintf(path, sizeof(path), "%s%s", ZONE_FOLDER, name);
	AUTO(fclose) FILE *f = fopen(path, "rbe");
	return f && fread(magic, 1, sizeof(magic), f) == sizeof(magic) &&
	       memcmp(magic, "TZif", 4) == 0;
}

static bool is_zone(const char *name)
{
	return strcmp(name, "UTC") == 0 || (is_zone_name(name) && has_zone_file(name));
}

/* The name within a path into the zone folder: "/usr/share/zoneinfo/Asia/Tokyo",
 * "../usr/share/zoneinfo/UTC". */
static const char *name_in_path(const char *path)
{
	const char *folder = strstr(path, "/zoneinfo/");

	return folder ? folder + strlen("/zoneinfo/") : path;
}

static bool take_zone(const char *found, char name[ZONE_NAME_SIZE])
{
	if (!is_zone(found))
		return false;
	memcpy(name, found, strlen(found) + 1);
	return true;
}

/* What `date` goes by comes first: on Debian 12 /etc/timezone is a note that may be older than the
 * link. */
static const char *machine_zone(char name[ZONE_NAME_SIZE])
{
	char line[256];
	ssize_t len = readlink("/etc/localtime", line, sizeof(line) - 1);

	line[len > 0 ? len : 0] = '\0';
	if (take_zone(name_in_path(line), name))
		return name;
	AUTO(fclose) FILE *f = fopen("/etc/timezone", "re");
	if (!f || !fgets(line, sizeof(line), f))
		return "UTC";
	line[strcspn(line, " \t\r\n")] = '\0';
	return take_zone(line, name) ? name : "UTC";
}

/* TZ as glibc reads it: a colon before it means nothing, an empty one is UTC. */
static const char *system_zone(char name[ZONE_NAME_SIZE])
{
	const char *tz = getenv("TZ");

	if (!tz || strcmp(tz, "/etc/localtime") == 0 || strcmp(tz, ":/etc/localtime") == 0)
		return machine_zone(name);
	if (*tz == ':')
		tz++;
	return *tz ? name_in_path(tz) : "UTC";
}

int zone_use(const char *name, struct err *e)
{
	char of_machine[ZONE_NAME_SIZE];
	bool is_given = name && *name;

	if (!is_given)
		name = system_zone(of_machine);
	if (!is_zone(name))
		return err_set(e, EINVAL,
			is_given ? TR("there is no time zone \"%s\"; names are like Asia/Tokyo, a "
				      "list is in " ZONE_FOLDER "zone1970.tab",
					   "時間帯「%s」はありません。Asia/Tokyo "
					   "のような名前を指定してください（一覧は " ZONE_FOLDER
					   "zone1970.tab）")
				 : TR("the environment's TZ=%s names no time zone of " ZONE_FOLDER
				      "; set `timezone: Asia/Tokyo` or the like",
					   "環境変数 TZ=%s は " ZONE_FOLDER
					   " の時間帯ではありません。`timezone: Asia/Tokyo` "
					   "のように設定してください"),
			name);
	memmove(current_name, name, strlen(name) + 1);
	/* The folder that was looked into above, whatever TZDIR says. */
	if (setenv("TZ", current_name, 1) != 0 || unsetenv("TZDIR") != 0)
		return err_set(e, ENOMEM, TR("out of memory", "メモリーが足りません"));
	tzset();
	return 0;
}

const char *zone_name(void)
{
	return current_name;
}

/* --- instants and civil time --- */

static int64_t clamp_time(int64_t t_s)
{
	return t_s < time_min_s ? time_min_s : t_s > time_max_s ? time_max_s : t_s;
}

static struct tm local_time(int64_t t_s)
{
	time_t t = (time_t)clamp_time(t_s);
	struct tm tm = {0};

	localtime_r(&t, &tm);
	return tm;
}

static int64_t offset_at(int64_t t_s)
{
	return local_time(t_s).tm_gmtoff;
}

struct civil civil_of(int64_t t_s)
{
	struct tm tm = local_time(t_s);

	return (struct civil){.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
		.offset_s = (int)tm.tm_gmtoff};
}

static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Years begin in March here, so that the leap day is the last one of a year; an era is the 400
 * years, 146,097 days, after which the Gregorian calendar repeats. 719,468 days lie between
 * 0000-03-01 and 1970-01-01. */
int32_t day_number(int year, int month, int day)
{
	int64_t months = (int64_t)year * 12 + month - 3;
	int64_t march_year = floor_divide(months, 12);
	int64_t march_month = months - march_year * 12;
	int64_t era = floor_divide(march_year, 400);
	int64_t year_of_era = march_year - era * 400;
	int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;

	return (int32_t)(era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
			 day_of_year - 719468);
}

struct civil civil_of_day(int32_t day)
{
	int64_t days = (int64_t)day + 719468;
	int64_t era = floor_divide(days, 146097);
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	int month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);

	return (struct civil){.year = (int)(era * 400 + year_of_era + (month <= 2)),
		.month = month,
		.day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1)};
}

/* The first instant in (before, after] that has the offset of after: there is one change between
 * them. */
static int64_t change_between(int64_t before_s, int64_t after_s)
{
	int64_t offset = offset_at(after_s);

	while (after_s - before_s > 1) {
		int64_t middle = before_s + (after_s - before_s) / 2;

		if (offset_at(middle) == offset)
			after_s = middle;
		else
			before_s = middle;
	}
	return after_s;
}

/* The first instant at which the local clock shows local_s (seconds since 1970-01-01 of the local
 * calendar) or more. Offsets stay within a day of UTC, and no zone changes twice within two days
 * (test_zone checks all of them). */
static int64_t first_showing(int64_t local_s)
{
	int64_t early = local_s - DAY_S, late = local_s + DAY_S;
	int64_t offset = offset_at(early), offset_after = offset_at(late);

	if (offset == offset_after)
		return local_s - offset;
	int64_t change = change_between(early, late);
	if (local_s - offset < change)
		return local_s - offset;
	return change + offset_after >= local_s ? change : local_s - offset_after;
}

int64_t day_start(int32_t day)
{
	return first_showing((int64_t)day * DAY_S);
}

/* Where the clock went back over midnight, its second evening belongs to the day that had begun. */
int32_t day_of(int64_t t_s)
{
	int64_t t = clamp_time(t_s);
	int64_t offset = offset_at(t);
	int32_t day = (int32_t)floor_divide(t + offset, DAY_S);

	if (offset_at(t - DAY_S) > offset && day_start(day + 1) <= t)
		return day + 1;
	return day;
}

int64_t zone_time(int year, int month, int day, int hour, int minute, int second)
{
	return first_showing((int64_t)day_number(year, month, day) * DAY_S + hour * INT64_C(3600) +
			     minute * INT64_C(60) + second);
}
