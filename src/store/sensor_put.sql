INSERT INTO sensor
SELECT *, (SELECT max(version) FROM sensor) + 1
FROM input('name String, prefix String, inferred UInt8')
FORMAT TabSeparated
