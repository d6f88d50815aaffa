-- Which sources are what tests of 16 bits of single packets say (tools zmap and masscan), in each period: at least two hits,
-- and at least half of the source's SYNs. One hit in 65,536 comes by chance, two of four SYNs do not. SYNs are counted by class
-- and service, which coarse rows have too. A fragment, for the place before the first SELECT of a question.
verdict_sources AS
(
	SELECT
		src,
		toInt8(arrayJoin(arrayFilter(t -> hits[t] >= 2 AND 2 * hits[t] >= syns, [1, 2])) + 1) AS candidate,
		is_now
	FROM
	(
		SELECT
			src,
			@now@ AS is_now,
			[sumIf(packets, tool = 'zmap'), sumIf(packets, tool = 'masscan')] AS hits,
			sum(packets) AS syns
		FROM access
		WHERE (@now@ OR @before@) AND class = 'scan' AND bitAnd(bitShiftRight(service, 16), 255) = 6
			AND src IN (SELECT src FROM access WHERE (@now@ OR @before@) AND tool IN ('zmap', 'masscan'))
		GROUP BY src, is_now
	)
)
