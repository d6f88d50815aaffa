-- How many keys were seen so often in the period and so often in the one it is compared with, and the first of these keys. Millions
-- of keys are some thousand such classes, from which every rank follows.
SELECT
	packets_now,
	packets_before,
	count(),
	arrayStringConcat(arrayMap(x -> toString(x), groupArraySorted(@first@)(key)), ' ')
FROM keys
GROUP BY packets_now, packets_before
