-- What the dictionary knows of payloads.
SELECT lower(hex(hash)), max(length), hex(max(bytes)), toUnixTimestamp(min(first_seen)), toUnixTimestamp(max(last_seen))
FROM payload
WHERE hash IN arrayMap(x -> toFixedString(unhex(x), 16), {hashes:Array(String)})
GROUP BY hash
