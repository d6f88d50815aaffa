-- How often each pair of the chosen keys was seen together, and from how many distinct sources.
@with@
SELECT
	@key@ AS key,
	@key2@ AS key2,
	sum(packets),
	@sources@
FROM @table@
WHERE @now@ AND @where@ AND @chosen@ AND @chosen2@
GROUP BY key, key2
