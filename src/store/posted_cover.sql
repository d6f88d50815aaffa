INSERT INTO coverage
SELECT concat('posted:', lower(hex(epoch)), ':', toString(stretch)), sensor, min(observed_from_s),
	max(greatest(observed_to_s, observed_from_s + 1)), max(addresses), sum(packets), sum(lost_ring + lost_interface), sum(lost_spool), 0,
	(SELECT max(version) FROM coverage) + 1
FROM posted
WHERE (sensor, epoch, stretch) IN (SELECT sensor, epoch, stretch FROM posted WHERE n = {n:UInt64})
	AND observed_to_s >= {since:Int64} AND observed_from_s > 0 AND observed_to_s <= taken_s + 86400
GROUP BY sensor, epoch, stretch
