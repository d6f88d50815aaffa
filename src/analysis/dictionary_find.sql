-- The first hashes of a range.
SELECT DISTINCT lower(hex(hash))
FROM payload
WHERE hash >= toFixedString(unhex({first:String}), 16) AND hash <= toFixedString(unhex({last:String}), 16)
ORDER BY 1
LIMIT 2
