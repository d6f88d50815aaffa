-- What of [from, to) or [vfrom, vto) is not in the store as it came.
SELECT sum(coarse), sum(without_source), sum(payloads), sum(detections), sum(detections_without_source)
FROM approximation FINAL
WHERE (from_s < {to:Int64} AND to_s > {from:Int64}) OR (from_s < {vto:Int64} AND to_s > {vfrom:Int64})
