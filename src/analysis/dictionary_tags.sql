-- The tags of each payload's accesses.
SELECT lower(hex(payload)), arrayStringConcat(arraySort(arrayDistinct(splitByWhitespace(
	arrayStringConcat(groupUniqArray(toString(tags)), ' ')))), ' ')
FROM access
WHERE @now@ AND @where@ AND payload IN arrayMap(x -> toFixedString(unhex(x), 16), {hashes:Array(String)})
GROUP BY payload
