-- The segments of a batch.
SELECT n, collector, sensor, lower(hex(epoch)), sequence, lower(hex(digest)), level, covers_from, observed_from_s, observed_to_s, taken_s,
	packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut, addresses, stretch,
	read_from, run_first, run_last, read_to, from_sequence, from_packet, to_sequence, to_packet
FROM posted
WHERE n = {n:UInt64}
ORDER BY sensor, epoch, sequence
