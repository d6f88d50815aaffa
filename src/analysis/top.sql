-- How often each key was seen in the period and in the one it is compared with, and from how many distinct sources.
SELECT
	@key@ AS key,
	sumIf(packets, @now@) AS packets_now,
	sumIf(packets, @before@) AS packets_before,
	@sources_now@ AS sources_now,
	@sources_before@ AS sources_before
FROM @table@
WHERE (@now@ OR @before@) AND @where@
GROUP BY key
LIMIT {most:UInt64}
