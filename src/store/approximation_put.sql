INSERT INTO approximation (digest, from_s, to_s, coarse, without_source, payloads, detections, detections_without_source, version)
SELECT *, (SELECT max(version) FROM approximation) + 1
FROM input('digest String, from_s Int64, to_s Int64, coarse UInt64, without_source UInt64, payloads UInt64, detections UInt64,
	detections_without_source UInt64')
FORMAT TabSeparated
