INSERT INTO ruleset_file
SELECT *, (SELECT max(version) FROM ruleset_file) + 1
FROM input('digest String, name String, edition String, signatures UInt64, refused UInt64')
FORMAT TabSeparated
