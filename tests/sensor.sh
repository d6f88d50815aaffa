#!/usr/bin/env bash
# teiten-sensor against real packets, in network namespaces of its own: what was sent is in the segments or counted, whatever happens.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sensor_lib.sh"
configure '198.51.100.0/24, "2001:db8::/64"'

# --- what was sent arrives, in the form of a capture
start --set segment.seconds=2
ip netns exec "$inside" tcpdump -i t1 -Q in -w "$scratch/same.pcap" --time-stamp-precision nano -B 65536 ip >/dev/null 2>&1 &
dump=$!
sleep 1
has "the kernel is silenced" "ip daddr 198.51.100.0/24 drop" "$(in_ nft list ruleset)"
send 5000 20000
sleep 4
kill "$dump" && wait "$dump" 2>/dev/null
has "status" "tokyo-1 \(passive\): heard [0-9]+ s ago, 0 lost" "$("$sensor" status)"
stop "capture"
is "the rules are removed" "" "$(in_ nft list ruleset)"
is "packets sent are in the segments, as tcpdump counts them" 5000 "$(packets "$spool")"
is "nothing half-written" 0 "$(ls "$spool/tmp" | wc -l)"
is "segments cannot be changed" 440 "$(stat -c %a "$spool"/out/*.zst | sort -u)"
take_in "$spool"
"$teiten" cross service source --period "$(date -u +%Y)" --format csv >"$scratch/from-segments" 2>&1
"$teiten" top payload --period "$(date -u +%Y)" --format csv >>"$scratch/from-segments" 2>&1
new_store
"$teiten" import "$scratch/same.pcap" >/dev/null 2>&1
"$teiten" cross service source --period "$(date -u +%Y)" --format csv >"$scratch/from-file" 2>&1
"$teiten" top payload --period "$(date -u +%Y)" --format csv >>"$scratch/from-file" 2>&1
is "answers from segments and from tcpdump's file: packets" "$(grep -c . "$scratch/from-file")" "$(grep -c . "$scratch/from-segments")"
checks=$((checks + 1))
[ "$(grep -c . "$scratch/from-file")" -gt 50 ] || fail "the answers are empty: the test is too weak"
diff <(cut -d, -f1-3 "$scratch/from-file") <(cut -d, -f1-3 "$scratch/from-segments") >"$scratch/diff" || fail "answers differ: $(head -n 4 "$scratch/diff")"
rm -rf "$spool"

# --- stopped for eight seconds: read + dropped = sent
start --set ring.mib=4
kill -STOP "$(pid_of capture)"
send 200000 100000
sleep 6
kill -CONT "$(pid_of capture)"
sleep 1
send 1000 10000
stop "stalled"
got=$(packets "$spool")
take_in "$spool"
dropped=$(dropped)
is "read + dropped = sent" 201000 "$((got + dropped))"
checks=$((checks + 1))
[ "$dropped" -gt 0 ] || fail "nothing was dropped: the test is too weak"
rm -rf "$spool"

# --- the unit of systemd keeps as little as it can
if command -v systemd-analyze >/dev/null; then
	checks=$((checks + 1))
	systemd-analyze security --offline=true --threshold=15 "$TEITEN_SOURCE/share/systemd/teiten-sensor.service" >"$scratch/exposure" 2>&1 ||
		fail "exposure: $(tail -n 1 "$scratch/exposure")"
fi

# --- a full disk: the sensor goes on, what was not written is counted
mkdir "$scratch/small"
mount -t tmpfs -o size=1m,mode=777 tmpfs "$scratch/small"
start --set "spool.folder=$scratch/small/spool" --set segment.seconds=1
send 60000 20000
sleep 1
head -c 2M /dev/zero >"$scratch/small/fill" 2>/dev/null
send 60000 20000
rm "$scratch/small/fill"
sleep 1
send 1000 10000
sleep 2
stop "full disk"
got=$(packets "$scratch/small/spool")
take_in "$scratch/small/spool"
dropped=$(dropped)
is "full disk: in segments + given up = sent" 121000 "$((got + dropped))"
is "full disk: nothing half-written" 0 "$(ls "$scratch/small/spool/tmp" | wc -l)"
umount "$scratch/small"

# --- as a service: no root, one right, which ends with the socket
mkdir -m 777 "$scratch/service"
wrapper=(setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw)
start --set silence=off --set "spool.folder=$scratch/service/spool"
is "a service keeps no right" "0000000000000000 0000000000000000" \
	"$(awk '/^Cap(Eff|Prm)/ { printf "%s%s", sep, $2; sep = " " }' "/proc/$(pid_of capture)/status")"
is "and can get none" 1 "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$(pid_of capture)/status")"
is "and runs under a filter" 2 "$(awk '/^Seccomp:/ { print $2 }' "/proc/$(pid_of capture)/status")"
send 100 1000
wrapper=()
stop "service"
is "a service hears" 100 "$(packets "$scratch/service/spool")"

# --- refusals
refused "an address of this machine" 1 "silence: host" in_ sh -c "ip addr add 198.51.100.7/32 dev lo && exec $sensor run"
in_ ip addr del 198.51.100.7/32 dev lo
refused "an unknown key" 1 "line 1: " env TEITEN_SENSOR_CONFIG=<(echo "nmae: x") "$sensor" rules
refused "no interface of that name" 1 "no interface none" in_ "$sensor" --set interface=none --set silence=off run
finish
