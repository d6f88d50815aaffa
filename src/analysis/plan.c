#include "analysis/plan.h"

#include "base/zone.h"

enum { QUARTER_S = 900 };

#define DAYS(from, to) "(day >= toDate({" from ":UInt16}) AND day < toDate({" to ":UInt16}))"
#define SECONDS(column, from, to)                                                                  \
	"(" column " >= toDateTime({" from ":UInt32}, 'UTC') AND " column " < toDateTime({" to     \
	":UInt32}, 'UTC'))"

#define STEPS(at)                                                                                  \
	"roundDown(" at ", {days:Array(UInt32)}) + intDiv(" at " - roundDown(" at                  \
	", {days:Array(UInt32)}), {step:UInt32}) * {step:UInt32}"

/* In the order in which they are read fastest: a year of 100 million accesses at 4,096 addresses
 * (bench/questions) is 47, 67, 84 and 100 million rows. The primary key of access begins with the
 * day, so its days are asked for as well. */
static const struct table_info tables[] = {
	{"source_day", UNIT_DAY,
		COLUMN_BIT(src) | COLUMN_BIT(country) | COLUMN_BIT(asn) | COLUMN_BIT(sensor) |
			COLUMN_BIT(class) | COLUMN_BIT(packets) | COLUMN_BIT(bytes),
		"toUInt32(toUInt16(day))", DAYS("from", "to"), DAYS("vfrom", "vto")},
	{"service_source_day", UNIT_DAY,
		COLUMN_BIT(service) | COLUMN_BIT(src) | COLUMN_BIT(country) | COLUMN_BIT(packets),
		"toUInt32(toUInt16(day))", DAYS("from", "to"), DAYS("vfrom", "vto")},
	{"service_quarter", UNIT_QUARTER,
		COLUMN_BIT(service) | COLUMN_BIT(country) | COLUMN_BIT(sensor) | COLUMN_BIT(class) |
			COLUMN_BIT(tool) | COLUMN_BIT(packets) | COLUMN_BIT(bytes),
		STEPS("toUInt32(quarter)"), SECONDS("quarter", "from", "to"),
		SECONDS("quarter", "vfrom", "vto")},
	{"access", UNIT_DAY, ~0u, "toUInt32(toUInt16(day))", DAYS("from", "to"),
		DAYS("vfrom", "vto")},
	{"access", UNIT_SECOND, ~0u, STEPS("toUInt32(time)"),
		"(" DAYS("from_day", "to_day") " AND " SECONDS("time", "from", "to") ")",
		"(" DAYS("vfrom_day", "vto_day") " AND " SECONDS("time", "vfrom", "vto") ")"},
};

const struct table_info *plan_table(const struct plan_need *need)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables) - 1; i++) {
		bool fits = tables[i].unit == UNIT_DAY ? need->whole_days && need->store_days
						       : need->whole_quarters;

		if (fits && (need->columns & ~tables[i].columns) == 0)
			return &tables[i];
	}
	return &tables[ARRAY_SIZE(tables) - 1];
}

bool period_is_days(const struct period *p)
{
	return p->from_s == day_start(day_of(p->from_s)) && p->to_s == day_start(day_of(p->to_s));
}

bool period_is_quarters(const struct period *p)
{
	return p->from_s % QUARTER_S == 0 && p->to_s % QUARTER_S == 0;
}
