-- How often each pair of the chosen keys was seen together, and from how many distinct sources.
SELECT
	key,
	key2,
	sum(packets_there),
	count()
FROM
(
	SELECT
		@key@ AS key,
		@key2@ AS key2,
		@source@ AS source,
		sum(packets) AS packets_there
	FROM @table@
	WHERE @now@ AND @where@ AND @chosen@ AND @chosen2@
	GROUP BY key, key2, source
)
GROUP BY key, key2
