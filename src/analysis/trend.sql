-- How often each key was seen in each interval, which is named by its start.
SELECT
	@key@ AS key,
	@start@ AS start,
	sum(packets) AS packets_there,
	@sources@ AS sources_there
FROM @table@
WHERE @now@ AND @where@ AND @chosen@
GROUP BY key, start
