-- The runs that may hold packets of [from, to), a row of each: what goes on over the border of a segment lies in the run before.
SELECT n, collector, sensor, lower(hex(epoch)), sequence, lower(hex(digest)), level, covers_from, observed_from_s, observed_to_s, taken_s,
	packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut, addresses, stretch,
	read_from, run_first, run_last, read_to, from_sequence, from_packet, to_sequence, to_packet
FROM posted
WHERE observed_from_s < {to:Int64} AND observed_to_s >= {from:Int64} - 300
ORDER BY sensor, n, epoch, sequence
LIMIT 1 BY sensor, n, epoch
