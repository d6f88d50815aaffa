-- How often each key was seen in both periods: for top_many.sql and top_many_ties.sql.
@with_and@ keys AS
(
	SELECT
		@key@ AS key,
		sumIf(packets, @now@) AS packets_now,
		sumIf(packets, @before@) AS packets_before
	FROM @table@
	WHERE (@now@ OR @before@) AND @where@
	GROUP BY key
)
