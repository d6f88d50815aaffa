-- How many keys of a class stand before a key of the answer.
SELECT
	@counts@
FROM
(
	SELECT
		@key@ AS key,
		sumIf(packets, @now@) AS packets_now,
		sumIf(packets, @before@) AS packets_before
	FROM @table@
	WHERE (@now@ OR @before@) AND @where@
	GROUP BY key
)
