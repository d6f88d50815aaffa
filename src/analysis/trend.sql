-- How often each key was seen in each interval; {bounds} are the starts of the intervals.
SELECT
	@key@ AS key,
	roundDown(@at@, {bounds:Array(UInt32)}) AS start,
	sum(packets) AS packets_there,
	@sources@ AS sources_there
FROM @table@
WHERE @now@ AND @where@ AND @chosen@
GROUP BY key, start
