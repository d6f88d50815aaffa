SELECT digest, name, archive, origin, sensor, bytes, first_s, last_s, frames, accesses, oddities, not_ip, left_sensor, no_sensor,
	out_of_service, dropped, rows, blocks, cut_off, complete
FROM segment FINAL
WHERE first_s < {to:Int64} AND last_s >= {from:Int64} AND (first_s != 0 OR last_s != 0)
ORDER BY first_s, name, digest
