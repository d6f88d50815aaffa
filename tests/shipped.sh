#!/usr/bin/env bash
# From the wire to the collector's disk, all parts real: what a sensor hears arrives in the inbox, whoever is killed in between.
#     tests/shipped.sh [ROUNDS]      of kill -9; 9 when not given (TEITEN_ROUNDS)
. "$(dirname "$0")/lib.sh"
rounds=${1:-${TEITEN_ROUNDS:-9}}
. "$(dirname "$0")/sensor_lib.sh"
port=$((20000 + $$ % 20000)) # in a network of its own: free
inbox=$scratch/store/collect/inbox/tokyo-1
collector=

configure "198.51.100.0/24" "upload: {identity: $scratch/tokyo-1.identity.pem, collectors: [\"https://127.0.0.1:$port\"], retry: 1, heartbeat: 1}" \
	"segment: {seconds: 1}"
sed -i 's/{capture: nobody}/{capture: nobody, upload: nobody}/' "$TEITEN_SENSOR_CONFIG"
cat >>"$TEITEN_CONFIG" <<END
collect: {listen: "127.0.0.1:$port", listen_metrics: none, names: 127.0.0.1, free_mib: 0, load: false}
END
(cd "$scratch" && "$teiten" sensor add tokyo-1 >"$scratch/added") || fail "sensor add: $(cat "$scratch/added")"
has "sensor add says what to run at the post" "identity.pem /etc/teiten-sensor/identity.pem" "$(cat "$scratch/added")"

start_collector() {
	ip netns exec "$inside" "$teiten" collect 2>>"$scratch/collect.log" &
	collector=$!
}
# wait_for SECONDS COMMAND...
wait_for() {
	for _ in $(seq $(($1 * 10))); do
		"${@:2}" 2>/dev/null && return
		sleep 0.1
	done
	return 1
}
is_sent() {
	[ -z "$(ls "$spool/out")" ]
}
# numbers EPOCH: of frame_sender's frames, in the order of the segments (IP identification)
numbers() {
	for file in "$inbox/$1"-*.zst; do zstdcat "$file" | tcpdump -nv -r - 2>/dev/null | grep -oE ', id [0-9]+' | tr -dc '0-9\n'; done
}

# --- it arrives, and both ends know
start_collector
start
has "capture and upload are apart" "teiten-capture teiten-upload" "$(pgrep -P "$pid" -l | awk '{ print $2 }' | sort | xargs)"
send 5000 5000
is_known() {
	"$sensor" status 2>&1 | grep -qE "https://127.0.0.1:$port: heard [0-9]+ s ago, 0 lost, 0 segments missing"
}
wait_for 10 is_known || fail "status: $("$sensor" status 2>&1)"
"$sensor" status >/dev/null || fail "status: exit status"
stop "shipped"
start
wait_for 20 is_sent || fail "not all is sent: $(ls "$spool/out")"
stop "shipped, the rest"
is "all packets are in the inbox" 5000 "$(for file in "$inbox"/*.zst; do zstdcat "$file" | tcpdump --count -r - 2>/dev/null; done | awk '{ sum += $1 } END { print sum }')"

# --- kill -9 of whoever, at any moment: what was sealed is in the inbox, once and whole, and of an epoch nothing is missing before its end
rm -f "$inbox"/*
for round in $(seq "$rounds"); do
	[ -n "$pid" ] || start
	send 3000 3000 &
	sending=$!
	sleep "0.$((RANDOM % 9))$((RANDOM % 10))"
	who=$((RANDOM % 3))
	if [ $who = 2 ]; then
		kill -9 "$collector"
		wait "$collector" 2>/dev/null
		start_collector
	else # then the whole sensor ends
		kill -9 "$(pid_of $([ $who = 0 ] && echo capture || echo upload))"
		wait "$pid" 2>/dev/null
		pid=
	fi
	wait "$sending"
done
[ -n "$pid" ] || start
stop "after kill -9"
start
wait_for 30 is_sent || fail "kill -9: not all is sent: $(ls "$spool/out") $(tail -n 3 "$scratch/log")"
stop "after kill -9, the rest"
is "kill -9: nothing was refused" "" "$(ls "$spool/rejected")$(find "$scratch/store/collect/quarantine" -name '*.zst')"
epochs=0
for epoch in $(ls "$inbox" | cut -d - -f 1 | sort -u); do
	ls "$inbox" | grep "^$epoch" | sed 's/.*-0*//; s/\..*//; s/^$/0/' >"$scratch/sequences"
	is "kill -9: an epoch without a hole" "$(seq 0 $(($(wc -l <"$scratch/sequences") - 1)) | cksum)" "$(cksum <"$scratch/sequences")"
	numbers "$epoch" >"$scratch/numbers"
	is "kill -9: frames of an epoch without a hole" "" "$(awk 'NR > 1 && $1 != last + 1 && !(last == 2999 && $1 == 0) { print last " is followed by " $1 } { last = $1 }' "$scratch/numbers" | head -n 2)"
	[ ! -s "$scratch/numbers" ] || epochs=$((epochs + 1))
done
checks=$((checks + 1))
[ "$epochs" -gt 1 ] || fail "too few epochs have packets: the test is too weak"
for file in "$inbox"/*.zst; do
	checks=$((checks + 1))
	zstdcat "$file" | tcpdump --count -r - >/dev/null 2>&1 || fail "$file is not whole"
done
is "kill -9: what the collector has on disk is what it said" "" "$(find "$scratch/store/collect/tmp" -type f 2>/dev/null)"
finish
