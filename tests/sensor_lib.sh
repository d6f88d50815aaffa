# Shared by the tests of teiten-sensor: two network namespaces of the test's own with a veth pair between them, the sensor at t1
# in one, who sends to it at t0 in the other; start, stop, and what is in its spool. Sourced behind lib.sh.
sensor=$TEITEN_BIN/teiten-sensor
sender=$TEITEN_BIN/tests/frame_sender
inside=teiten-in-$$
outside=teiten-out-$$
spool=$scratch/spool
export TEITEN_SENSOR_CONFIG=$scratch/teiten-sensor.yaml
pid=            # of the sensor
wrapper=()      # start runs it through this command
ready=capturing # the state that start waits for

[ "$(id -u)" = 0 ] || skip "needs root, for network namespaces"
ip netns add "$inside" 2>/dev/null || skip "no network namespaces here"
# What the test mounted goes with its folder: mounts stand below $scratch.
end_network() {
	[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
	for side in "$inside" "$outside"; do ip netns pids $side 2>/dev/null | xargs -r kill -9 2>/dev/null; done
	wait 2>/dev/null
	awk -v below="$scratch/" 'index($2, below) == 1 { print $2 }' /proc/mounts | xargs -r umount -l
	for side in "$inside" "$outside"; do ip netns del $side 2>/dev/null; done
	clean_up
}
trap end_network EXIT
chmod 755 "$scratch"
ip netns add "$outside"
ip link add t0 netns "$outside" address 02:00:00:00:00:01 type veth peer name t1 netns "$inside" address 02:00:00:00:00:02
for side in "$outside t0" "$inside t1"; do
	set -- $side
	ip netns exec $1 sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.$2.accept_dad=0
	ip -n $1 link set lo up
	ip -n $1 link set $2 up
done
set --
in_() { ip netns exec "$inside" "$@"; }
out_() { ip netns exec "$outside" "$@"; }
in_ nft list tables >/dev/null 2>&1 || skip "no nf_tables here"

# configure ADDRESSES [LINE...]: the sensor's configuration; and the centre's, which knows it as tokyo-1.
configure() {
	local addresses=$1
	shift
	cat >"$TEITEN_SENSOR_CONFIG" <<-END
		name: tokyo-1
		interface: t1
		addresses: [$addresses]
		spool: {folder: $spool, free_mib: 0}
		users: {capture: nobody}
	END
	printf '%s\n' "$@" >>"$TEITEN_SENSOR_CONFIG"
	cat >"$TEITEN_CONFIG" <<-END
		timezone: UTC
		store: $scratch/store
		sensors:
		  - {name: tokyo-1, addresses: [$addresses]}
	END
}

# start [OPTION...]: the sensor, until it is ready.
start() {
	: >"$scratch/log"
	ip netns exec "$inside" "${wrapper[@]}" "$sensor" "$@" run 2>"$scratch/log" &
	pid=$!
	for _ in $(seq 100); do
		grep -q "state=$ready" "$scratch/log" && return
		sleep 0.1
	done
	fail "the sensor did not start: $(cat "$scratch/log")"
}
stop() {
	kill "$pid"
	wait "$pid"
	is "$1: ends in order" 0 $?
	pid=
}
# pid_of capture|respond|...: one of the processes that the sensor consists of.
pid_of() {
	pgrep -P "$pid" -x "teiten-$1"
}
# watch DUMP [FILTER]: what is on the wire from here on, until seen.
watch() {
	local file=$1
	shift
	ip netns exec "$outside" tcpdump -i t0 --immediate-mode -U -w "$file" -B 65536 "$@" >/dev/null 2>"$scratch/watch" &
	dump=$!
	for _ in $(seq 100); do
		grep -qs "listening on" "$scratch/watch" && return
		sleep 0.05
	done
	fail "tcpdump did not start: $(cat "$scratch/watch")"
}
seen() {
	sleep 0.5
	kill "$dump" && wait "$dump" 2>/dev/null
}
# count DUMP FILTER: packets
count() {
	tcpdump --count -r "$1" "$2" 2>/dev/null | awk '{ print $1 }'
}
send() {
	out_ "$sender" t0 "$@" >/dev/null
}

# A new store from here on; the engines of all end with the test (lib.sh).
stores=0
new_store() {
	stores=$((stores + 1))
	sed -i "s,^store: .*,store: $scratch/store$stores," "$TEITEN_CONFIG"
}
# take_in SPOOL: its segments, into a new store.
take_in() {
	new_store
	"$teiten" import "$1"/out >"$scratch/import" 2>&1 || fail "import: $(tail -n 1 "$scratch/import")"
}
# What the import says was dropped.
dropped() {
	grep -oE 'dropped by the capturing system [0-9]+' "$scratch/import" | awk '{ sum += $NF } END { print sum + 0 }'
}
# packets SPOOL [FILTER]: in its segments, as tcpdump counts them.
packets() {
	local file
	for file in "$1"/out/*.pcapng.zst; do
		zstdcat "$file" | tcpdump --count -r - "${2:-}" 2>/dev/null
	done | awk '{ sum += $1 } END { print sum + 0 }'
}
