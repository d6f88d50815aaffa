-- A block that was noted: its hashes, and whether no later block of its segment was. Nothing when it was not.
SELECT cut, filled, number = (SELECT max(number) FROM block WHERE digest = {digest:String})
FROM block
WHERE digest = {digest:String} AND number = {number:UInt64}
ORDER BY noted
LIMIT 1
