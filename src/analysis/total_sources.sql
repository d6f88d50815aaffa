-- From how many distinct sources everything came: by 4,096 parts of the IPv4 addresses (all others are in the first), because the
-- small sets of some parts at a time stay in the processor's caches where a table is sorted by source.
@with@
SELECT
	0,
	sum(packets_now),
	sum(packets_before),
	sum(sources),
	sum(previous_sources),
	0
FROM
(
	SELECT
		sumIf(packets, @packets_now@) AS packets_now,
		sumIf(packets, @packets_before@) AS packets_before,
		@sources@ AS sources,
		@previous_sources@ AS previous_sources
	FROM @table@
	WHERE (@now@ OR @before@) AND @where@ AND @chosen@
	GROUP BY bitShiftRight(toUInt32(toIPv4OrDefault(src)), 20)
)
LIMIT {most:UInt64}
