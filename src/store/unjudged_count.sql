-- Captures of [from, to) with accesses that no signatures judged.
SELECT count()
FROM segment FINAL
WHERE first_s < {to:Int64} AND last_s >= {from:Int64} AND accesses > 0 AND digest NOT IN (SELECT digest FROM judged FINAL)
