-- Accesses and sources of a period by verdict. Everything that is asked of a source stands in one group, so access is read once and no
-- set of addresses is made. What is wanted may be less than what sources are judged by. The last row is of all together.
-- Tags are few different texts: to test each once is far cheaper than to pick the rows whose test nothing before has settled.
WITH @level@
SELECT
	tupleElement(part, 1) AS key,
	sum(tupleElement(part, 2)),
	if(grouping(key) = 1, countIf(place = 1), count()),
	grouping(key)
FROM
(
	SELECT
		2 + level(zmap, syns) AS of_zmap,
		3 + level(masscan, syns) AS of_masscan,
		arrayFilter(p -> tupleElement(p, 2) > 0, [
			(0, others), (1, mirai), (4, nmap), (5, unicornscan), (of_masscan, by_masscan),
			(2, zmap411 + if(of_zmap = 2, by_zmap, 0)), (of_zmap, if(of_zmap = 2, 0, by_zmap))]) AS parts
	FROM
	(
		SELECT
			sumIf(packets, is_syn AND tool = 'zmap') AS zmap,
			sumIf(packets, is_syn AND tool = 'masscan') AS masscan,
			sumIf(packets, is_syn) AS syns,
			sumIf(packets, wanted AND shown = 0) AS others,
			sumIf(packets, wanted AND shown = 1) AS mirai,
			sumIf(packets, wanted AND shown = 6) AS zmap411,
			sumIf(packets, wanted AND shown = 2) AS by_zmap,
			sumIf(packets, wanted AND shown = 3) AS by_masscan,
			sumIf(packets, wanted AND shown = 4) AS nmap,
			sumIf(packets, wanted AND shown = 5) AS unicornscan
		FROM
		(
			SELECT
				src, packets, tool,
				class = 'scan' AND bitAnd(bitShiftRight(service, 16), 255) = 6 AS is_syn,
				@where@ AS wanted,
				@shown@ AS shown
			FROM access
			WHERE @within@
		)
		GROUP BY src
	)
)
ARRAY JOIN parts AS part, arrayEnumerate(parts) AS place
GROUP BY key WITH ROLLUP
SETTINGS short_circuit_function_evaluation = 'disable'
