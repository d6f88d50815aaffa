-- The last report of other data.
SELECT made_s, data, packets
FROM edition
WHERE from_s = {from:Int64} AND to_s = {to:Int64} AND versus_from_s = {vfrom:Int64} AND versus_to_s = {vto:Int64}
	AND filter = {filter:String} AND data != {data:UInt64}
ORDER BY made_s DESC, data DESC
LIMIT 1
