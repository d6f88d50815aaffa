-- How many parts were written since a block was noted.
SELECT sum(parts)
FROM block
WHERE noted > (SELECT min(noted) FROM block WHERE digest = {digest:String} AND number = {number:UInt64})
