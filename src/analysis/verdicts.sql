-- Which sources are what tests of 16 bits of single packets say (tools zmap and masscan), in each period, and how sure that is: the tool's
-- number, with VERDICT_LIKELY more where it is no more than likely. One hit in 65,536 comes by chance, two of four SYNs do not. SYNs are
-- counted by class and service, which coarse rows have too. A fragment, for the place before the first SELECT of a question.
verdict_sources AS
(
	WITH @level@
	SELECT
		src,
		toUInt8(arrayJoin(arrayFilter(code -> code < 64, [2 + level(zmap, syns), 3 + level(masscan, syns)]))) AS code,
		is_now
	FROM
	(
		SELECT
			src,
			@now@ AS is_now,
			sumIf(packets, tool = 'zmap') AS zmap,
			sumIf(packets, tool = 'masscan') AS masscan,
			sum(packets) AS syns
		FROM access
		WHERE (@now@ OR @before@) AND class = 'scan' AND bitAnd(bitShiftRight(service, 16), 255) = 6
			AND src IN (SELECT src FROM access WHERE (@now@ OR @before@) AND tool IN ('zmap', 'masscan'))
		GROUP BY src, is_now
	)
)
