SELECT digest, name, archive, origin, sensor, bytes, first_s, last_s, frames, accesses, oddities, not_ip, left_sensor, no_sensor,
	out_of_service, dropped, rows, blocks, cut_off, complete
FROM segment FINAL
WHERE NOT complete AND NOT startsWith(origin, 'posted:')
ORDER BY first_s, name, digest
