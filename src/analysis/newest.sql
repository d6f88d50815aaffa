-- The newest day with accesses, and whether the asked days have any.
SELECT
	toUInt32(max(toUInt16(day))) AS newest,
	countIf(day >= toDate({from:UInt16}) AND day < toDate({to:UInt16})) AS there,
	count() AS rows_there
FROM source_day
