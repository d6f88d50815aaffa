INSERT INTO approximation
SELECT *, (SELECT max(version) FROM approximation) + 1
FROM input('digest String, from_s Int64, to_s Int64, coarse UInt64, without_source UInt64, payloads UInt64')
FORMAT TabSeparated
