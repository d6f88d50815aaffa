-- The services to which each payload came most often, and how many there were.
SELECT lower(hex(payload)), service, sum(packets) AS number, count() OVER (PARTITION BY payload)
FROM access
WHERE @now@ AND @where@ AND payload IN arrayMap(x -> toFixedString(unhex(x), 16), {hashes:Array(String)})
GROUP BY payload, service
ORDER BY payload, number DESC, service
LIMIT @most@ BY payload
