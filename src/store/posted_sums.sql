-- What each sensor sent in [from, to), by its clock. Missing are numbers between those that came, and before the first of an epoch, that
-- no segment speaks for. When the newest came is told of a month before, too.
SELECT sensor, sum(segments), sum(packets), sum(heard), sum(lost_ring), sum(lost_interface), sum(lost_spool), sum(bodies_cut),
	sum(missing), sum(refused), max(newest_s), max(taken_s)
FROM
(
	SELECT sensor, sum(segments) AS segments, sum(packets) AS packets, sum(heard) AS heard, sum(lost_ring) AS lost_ring,
		sum(lost_interface) AS lost_interface, sum(lost_spool) AS lost_spool, sum(bodies_cut) AS bodies_cut,
		sum(greatest(toInt64(last + 1 - first) - toInt64(covered), 0) + greatest(toInt64(first) - toInt64(next), 0)) AS missing,
		0 AS refused, max(newest_s) AS newest_s, max(taken_s) AS taken_s
	FROM
	(
		SELECT sensor, epoch, count() AS segments, sum(packets) AS packets, sum(heard) AS heard, sum(lost_ring) AS lost_ring,
			sum(lost_interface) AS lost_interface, sum(lost_spool) AS lost_spool, sum(bodies_cut) AS bodies_cut,
			min(covers_from) AS first, max(sequence) AS last, sum(sequence - covers_from + 1) AS covered,
			max(observed_to_s) AS newest_s, max(taken_s) AS taken_s
		FROM posted
		WHERE observed_to_s >= {from:Int64} AND observed_to_s < {to:Int64}
		GROUP BY sensor, epoch
	) AS period
	LEFT JOIN
	(
		SELECT sensor, epoch, max(sequence) + 1 AS next
		FROM posted
		WHERE observed_to_s < {from:Int64}
			AND (sensor, epoch) IN (SELECT sensor, epoch FROM posted WHERE observed_to_s >= {from:Int64} AND observed_to_s < {to:Int64})
		GROUP BY sensor, epoch
	) AS before USING (sensor, epoch)
	GROUP BY sensor
	UNION ALL
	SELECT sensor, 0, 0, 0, 0, 0, 0, 0, 0, count(), 0, 0
	FROM refused FINAL
	WHERE refused_s >= {from:Int64} AND refused_s < {to:Int64}
	GROUP BY sensor
	UNION ALL
	SELECT sensor, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, max(taken_s)
	FROM posted
	WHERE observed_to_s >= {from:Int64} - 30 * 86400
	GROUP BY sensor
)
GROUP BY sensor
ORDER BY sensor
