-- The newest batch.
SELECT max(n)
FROM posted
WHERE n > {after:UInt64}
