-- The newest change of what two periods hold: the version of the last segment that touches one of them, by its packets or by what it
-- observed.
SELECT max(version)
FROM segment FINAL
WHERE complete AND
(
	(first_s < {to:Int64} AND last_s >= {from:Int64} AND (first_s != 0 OR last_s != 0))
	OR (first_s < {vto:Int64} AND last_s >= {vfrom:Int64} AND (first_s != 0 OR last_s != 0))
	OR digest IN
	(
		SELECT digest
		FROM coverage FINAL
		WHERE (from_s < {to:Int64} AND to_s > {from:Int64}) OR (from_s < {vto:Int64} AND to_s > {vfrom:Int64})
	)
)
