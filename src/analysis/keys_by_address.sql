-- The same for keys that are made of the source: IPv4 addresses are grouped by four bytes, in half the time. What has no such
-- address is 0.0.0.0 there, which is left to the second part, as is all of 0.0.0.0/24; the tables that are sorted by day and source
-- read little for that.
@with_and@ keys AS
(
	SELECT
		toIPv6(key4) AS key,
		packets_now,
		packets_before
	FROM
	(
		SELECT
			@key4@ AS key4,
			sumIf(packets, @now@) AS packets_now,
			sumIf(packets, @before@) AS packets_before
		FROM @table@
		WHERE (@now@ OR @before@) AND @where@
		GROUP BY key4
		HAVING key4 >= toIPv4('0.0.1.0')
	)
	UNION ALL
	SELECT
		@key@ AS key,
		sumIf(packets, @now@) AS packets_now,
		sumIf(packets, @before@) AS packets_before
	FROM @table@
	WHERE (@now@ OR @before@) AND @where@ AND src NOT BETWEEN toIPv6('::ffff:0.0.1.0') AND toIPv6('::ffff:255.255.255.255')
	GROUP BY key
)
