-- The newest day with accesses up to today (of all, when wrong clocks have put them all after it), and whether the asked
-- days have any.
SELECT
	toUInt32(if(countIf(toUInt16(day) <= {today:UInt16}) > 0,
		maxIf(toUInt16(day), toUInt16(day) <= {today:UInt16}), max(toUInt16(day)))) AS newest,
	countIf(day >= toDate({from:UInt16}) AND day < toDate({to:UInt16})) AS there,
	count() AS rows_there
FROM source_day
