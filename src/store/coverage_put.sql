INSERT INTO coverage
SELECT *, (SELECT max(version) FROM coverage) + 1
FROM input('digest String, sensor String, from_s Int64, to_s Int64, addresses UInt64, packets UInt64, dropped UInt64,
	lost UInt64, inferred UInt8')
FORMAT TabSeparated
