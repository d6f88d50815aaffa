-- How often each key was seen in the period and in the one it is compared with, and from how many distinct sources.
@with@
SELECT
	@key@ AS key,
	sumIf(packets, @packets_now@),
	sumIf(packets, @packets_before@),
	@sources@,
	@previous_sources@,
	@is_all@
FROM @table@
WHERE (@now@ OR @before@) AND @where@ AND @chosen@
GROUP BY key @rollup@
LIMIT {most:UInt64}
