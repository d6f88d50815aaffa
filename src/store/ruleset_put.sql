INSERT INTO ruleset
SELECT *, (SELECT max(version) FROM ruleset) + 1
FROM input('digest String, loaded_s Int64, signatures UInt64, disabled UInt64, refused UInt64')
FORMAT TabSeparated
