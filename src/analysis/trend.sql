-- How often each key was seen in each interval, which is named by its start, and from how many distinct sources.
SELECT
	key,
	start,
	sum(packets_there),
	count()
FROM
(
	SELECT
		@key@ AS key,
		@start@ AS start,
		@source@ AS source,
		sum(packets) AS packets_there
	FROM @table@
	WHERE @now@ AND @where@ AND @chosen@
	GROUP BY key, start, source
)
GROUP BY key, start
