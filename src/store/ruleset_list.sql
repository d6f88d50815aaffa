-- The sets that captures of [from, to) were judged by, the last loaded one first.
SELECT digest, loaded_s, signatures, disabled, refused
FROM ruleset FINAL
WHERE digest IN
(
	SELECT ruleset FROM judged FINAL
	WHERE digest IN
	(
		SELECT digest FROM segment FINAL
		WHERE first_s < {to:Int64} AND last_s >= {from:Int64} AND (first_s != 0 OR last_s != 0)
	)
)
ORDER BY loaded_s DESC, digest
