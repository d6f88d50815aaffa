-- What is known of segments, by sensor, epoch and sequence.
SELECT n, collector, sensor, lower(hex(epoch)), sequence, lower(hex(digest)), level, covers_from, observed_from_s, observed_to_s, taken_s,
	packets, heard, lost_ring, lost_interface, lost_spool, bodies_cut, addresses, stretch,
	read_from, run_first, run_last, read_to, from_sequence, from_packet, to_sequence, to_packet
FROM posted
WHERE (sensor, epoch, sequence) IN
(
	SELECT key.1, toFixedString(unhex(key.2), 16), key.3
	FROM (SELECT arrayJoin(arrayZip({sensors:Array(String)}, {epochs:Array(String)}, {sequences:Array(UInt64)})) AS key)
)
ORDER BY sensor, epoch, sequence, n
