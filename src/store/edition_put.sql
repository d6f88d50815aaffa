-- Nothing when the last one is of the same data.
INSERT INTO edition
SELECT {from:Int64}, {to:Int64}, {vfrom:Int64}, {vto:Int64}, {filter:String}, {data:UInt64}, {packets:UInt64}, {made:Int64}
WHERE
(
	SELECT argMax(data, made_s)
	FROM edition
	WHERE from_s = {from:Int64} AND to_s = {to:Int64} AND versus_from_s = {vfrom:Int64} AND versus_to_s = {vto:Int64}
		AND filter = {filter:String}
) != {data:UInt64}
