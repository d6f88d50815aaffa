-- A claim: nothing when a later batch is there already, whose token may be forgotten by now.
INSERT INTO posted (n, collector, sensor, epoch, sequence, digest, level, covers_from, observed_from_s, observed_to_s, taken_s,
	packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut, addresses, stretch,
	read_from, run_first, run_last, read_to, from_sequence, from_packet, to_sequence, to_packet)
SELECT n, collector, sensor, toFixedString(unhex(epoch), 16), sequence, toFixedString(unhex(digest), 32), level, covers_from,
	observed_from_s, observed_to_s, taken_s, packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut, addresses, stretch,
	read_from, run_first, run_last, read_to, from_sequence, from_packet, to_sequence, to_packet
FROM input('n UInt64, collector String, sensor String, epoch String, sequence UInt64, digest String, level UInt64, covers_from UInt64,
	observed_from_s Int64, observed_to_s Int64, taken_s Int64, packets UInt64, heard UInt64, lost_ring UInt64, lost_interface UInt64,
	lost_spool UInt64, bodies_cut UInt64, addresses UInt64, stretch UInt64, read_from UInt64, run_first UInt64, run_last UInt64, read_to UInt64, from_sequence UInt64,
	from_packet UInt64, to_sequence UInt64, to_packet UInt64')
WHERE (SELECT count() FROM posted WHERE n >= {n:UInt64}) = 0
FORMAT TabSeparated
