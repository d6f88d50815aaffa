-- How often each key was seen in the period and in the one it is compared with, and from how many distinct sources.
-- Sources are counted by grouping and not by uniqExact(): one hash table that can go to disk, instead of a set for each key.
SELECT
	key,
	sum(packets_now),
	sum(packets_before),
	countIf(packets_now > 0),
	countIf(packets_before > 0)
FROM
(
	SELECT
		@key@ AS key,
		@source@ AS source,
		sumIf(packets, @now@) AS packets_now,
		sumIf(packets, @before@) AS packets_before
	FROM @table@
	WHERE (@now@ OR @before@) AND @where@
	GROUP BY key, source
)
GROUP BY key
LIMIT {most:UInt64}
