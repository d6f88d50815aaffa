INSERT INTO refused
SELECT *, (SELECT max(version) FROM refused) + 1
FROM input('collector String, sensor String, name String, reason String, refused_s Int64')
FORMAT TabSeparated
