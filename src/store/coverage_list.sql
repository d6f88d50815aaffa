-- Intervals of complete segments, and of what sensors posted, that touch [from, to); those that overlap or meet merged into one.
SELECT sensor, min(from_s), max(to_s), max(addresses), sum(packets), sum(dropped), sum(lost), max(inferred), max(is_posted)
FROM
(
	SELECT *, startsWith(digest, 'posted:') AS is_posted, sum(starts) OVER (PARTITION BY sensor ORDER BY from_s, to_s ROWS UNBOUNDED PRECEDING) AS island
	FROM
	(
		SELECT *, from_s > max(to_s) OVER (PARTITION BY sensor ORDER BY from_s, to_s
			ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS starts
		FROM coverage FINAL
		WHERE from_s < {to:Int64} AND to_s > {from:Int64}
			AND (startsWith(digest, 'posted:') OR digest IN (SELECT digest FROM segment FINAL WHERE complete))
	)
)
GROUP BY sensor, island
ORDER BY sensor, min(from_s)
