INSERT INTO block (digest, number, cut, filled, parts)
SELECT {digest:String}, {number:UInt64}, {cut:UInt64}, {filled:UInt64}, {parts:UInt64}
