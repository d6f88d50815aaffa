-- How often each key was seen in each interval, which is named by its start, and from how many distinct sources.
@with@
SELECT
	@key@ AS key,
	@start@ AS start,
	sum(packets),
	@sources@
FROM @table@
WHERE @now@ AND @where@ AND @chosen@
GROUP BY key, start
