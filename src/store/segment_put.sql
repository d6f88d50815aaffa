INSERT INTO segment
SELECT *, (SELECT max(version) FROM segment) + 1
FROM input('digest String, name String, archive String, origin String, sensor String, bytes UInt64, first_s Int64, last_s Int64,
	frames UInt64, accesses UInt64, oddities UInt64, not_ip UInt64, left_sensor UInt64, no_sensor UInt64,
	out_of_service UInt64, dropped UInt64, rows UInt64, blocks UInt64, cut_off UInt8, complete UInt8')
FORMAT TabSeparated
