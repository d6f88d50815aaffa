#!/usr/bin/env bash
# The spool when the power fails or the disk is full: what it said was sealed or synced is there, whole, afterwards. A file system
# (ext4 on a loop device) that is shut down without its journal; with a disk that lies about syncing, the same test must see losses.
#     tests/spool_power.sh [ROUNDS]      4 when not given (TEITEN_ROUNDS)
rounds=${1:-${TEITEN_ROUNDS:-4}}
. "$(dirname "$0")/lib.sh"
writer=$TEITEN_BIN/tests/spool_writer
disk=$scratch/disk

[ "$(id -u)" = 0 ] || skip "needs root, for loop devices"
end_disk() {
	mountpoint -q "$disk" && umount -l "$disk"
	clean_up
}
trap end_disk EXIT
mkdir "$disk"
# new_disk SIZE
new_disk() {
	truncate -s "$1" "$scratch/disk.img" && mkfs.ext4 -q -F "$scratch/disk.img" && mount -o loop "$scratch/disk.img" "$disk"
}
new_disk 64M 2>/dev/null || skip "no loop devices here"
# Something of the system may look at a disk that has just been mounted.
unmount() {
	for _ in $(seq 50); do umount "$disk" 2>/dev/null && return; sleep 0.1; done
	fail "cannot unmount: $(umount "$disk" 2>&1)"
}
unmount

# power_cut [LYING]: while the spool is written to, after a while; what it was promised is in $scratch/promised then.
power_cut() {
	new_disk 256M
	: >"$scratch/promised"
	env ${1:+LYING_DISK=$1 LD_PRELOAD="$TEITEN_BIN/tests/liblying_disk.so" ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"} \
		"$writer" "$disk/spool" 100000 150 >"$scratch/promised" 2>"$scratch/writer" &
	local pid=$!
	while [ "$(grep -c ^sealed "$scratch/promised")" -lt 5 ] && kill -0 $pid 2>/dev/null; do sleep 0.02; done
	sleep "0.$((RANDOM % 9))"
	python3 -c 'import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))' "$disk" # EXT4_IOC_SHUTDOWN, without the journal
	wait $pid
	unmount
	mount -o loop "$scratch/disk.img" "$disk" || fail "the file system is gone"
	"$writer" "$disk/spool" 0 >"$scratch/repaired" 2>&1 || : # a spool that is gone is made anew
}
# absent: how many of the segments that were said to be sealed are not there as they were.
absent() {
	awk '/^sealed/ { print $3 "  " $2 }' "$scratch/promised" | (cd "$disk/spool/out" && sha256sum -c --quiet 2>/dev/null) | wc -l
}
packets_of() {
	zstdcat "$1" 2>/dev/null | tcpdump --count -r - 2>/dev/null | awk '{ print $1 + 0 }'
}

sealed=0 torn=0
for round in $(seq "$rounds"); do
	power_cut
	is "power cut: sealed, and absent afterwards" 0 "$(absent)"
	is "power cut: nothing half-written" 0 "$(ls "$disk/spool/tmp" | wc -l)"
	sealed=$((sealed + $(grep -c ^sealed "$scratch/promised")))
	# the journal that grew then: as much as was synced is in a segment now
	read -r _ sequence synced < <(tail -n 1 "$scratch/promised" | grep ^synced || echo - - 0)
	if [ "$synced" -gt 0 ]; then
		torn=$((torn + 1))
		file=$(ls "$disk"/spool/out/*-"$(printf %020d "$sequence")".pcapng.zst)
		checks=$((checks + 1))
		[ "$(packets_of "$file")" -ge "$synced" ] || fail "power cut: $synced packets were synced, $(packets_of "$file") are there"
	fi
	for file in "$disk"/spool/out/*; do
		checks=$((checks + 1))
		zstd -tq "$file" || fail "power cut: $file is not whole"
	done
	unmount
done
checks=$((checks + 2))
[ "$sealed" -ge $((5 * rounds)) ] || fail "only $sealed segments were sealed: the test is too weak"
[ "$torn" -gt 0 ] || fail "no journal was torn: the test is too weak"

power_cut sync
checks=$((checks + 1))
[ "$(absent)" -gt 0 ] || fail "control: a disk that lies lost nothing, so the test sees nothing"
unmount

# --- a full disk: each packet is in a segment, given up by a segment that says so, or was refused
new_disk 12M
"$writer" "$disk/spool" 60 400 >"$scratch/promised" 2>&1
is "full disk: the writer goes on to its end" 0 $?
in=0
for file in "$disk"/spool/out/*; do
	checks=$((checks + 1))
	zstd -tq "$file" || fail "full disk: $file is not whole"
	in=$((in + $(packets_of "$file")))
done
full=$(awk '/^full/ { sum += $3 } END { print sum + 0 }' "$scratch/promised")
given_up=$(awk '/^given_up/ { print $2 }' "$scratch/promised")
is "full disk: in segments + given up + refused = written" $((60 * 400)) $((in + given_up + full))
checks=$((checks + 2))
[ "$in" -gt 0 ] || fail "full disk: nothing is left"
[ "$((given_up + full))" -gt 0 ] || fail "the disk was not full: the test is too weak"
is "full disk: nothing half-written" 0 "$(ls "$disk/spool/tmp" | wc -l)"
finish
