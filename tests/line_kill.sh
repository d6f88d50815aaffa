#!/usr/bin/env bash
# The whole line under kill -9: the sensor, each of its processes, nginx, the collector, the loader and the store's engine, in random
# order, one or two at once, while packets are heard. The store holds each packet once, except those that no process could hear:
# around each kill of the process that captures, what it had not yet written (a second) and what came before its next start.
#     tests/line_kill.sh [ROUNDS [SEED]]      15 when not given (TEITEN_ROUNDS); 200 take five minutes, 1000 twenty-five
rounds=${1:-${TEITEN_ROUNDS:-15}}
seed=${2:-${TEITEN_SEED:-$(date +%s)}}
[ "$(id -u)" = 0 ] || { echo "skipped: needs root, for networks of its own"; exit 77; }
[ -n "${TEITEN_ALONE-}" ] || TEITEN_ALONE=1 exec unshare --mount bash "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sensor_lib.sh"
. "$(dirname "$0")/store_lib.sh"
. "$(dirname "$0")/line_lib.sh"
for tool in nginx openssl tcpdump python3; do command -v $tool >/dev/null || skip "needs $tool (scripts/install check)"; done
net=(nsenter "--net=/run/netns/$inside")
end_line() {
	touch "$scratch/over"
	end_daemons
	end_network
}
trap end_line EXIT
echo "seed $seed"
RANDOM=$seed

configure_centre
identity one add tokyo-1 >/dev/null
configure_nginx one
configure_post 8443
printf '%s\n' 'segment: {seconds: 1}' >>"$TEITEN_SENSOR_CONFIG"
sed -i 's/upload: {/upload: {apart: true, /' "$TEITEN_SENSOR_CONFIG"

# Each is started again when it ends, as systemd does; its process is in $scratch/NAME.pid.
cat >"$scratch/keep" <<'KEEP'
name=$1
shift
while [ ! -e over ]; do
	setsid "$@" 2>>"$name.log" >/dev/null &
	echo $! >"$name.new" && mv "$name.new" "$name.pid"
	wait $!
	sleep 0.1
done
KEEP
keep() { # NAME COMMAND...
	(cd "$scratch" && exec "${net[@]}" bash keep "$@") &
}
process() { # NAME
	cat "$scratch/$1.pid"
}
keep run ip netns exec "$inside" "$sensor" run # with its own /sys
keep upload "$sensor" upload
keep nginx nginx -p "$scratch/nginx" -c "$scratch/nginx/nginx.conf"
keep collect "$teiten" --set "store=$scratch/store" --set "collect.folder=$scratch/one" --set engine.idle_s=60 --set collect.load=true \
	--set collect.listen=none --set "collect.listen_proxied=$scratch/nginx.sock" collect
ip netns exec "$inside" tcpdump -i t1 -Q in -w "$scratch/wire.pcap" --time-stamp-precision nano -B 65536 ip >/dev/null 2>"$scratch/dump" &
dump=$!
wait_for "grep -q listening '$scratch/dump'" || fail "tcpdump does not start"
ready() { # how often the process that captures has begun
	grep -c state=capturing "$scratch/run.log" 2>/dev/null
}
wait_for '[ "$(ready)" -gt 0 ] && [ -d "$spool/out" ]' || fail "the sensor does not start: $(cat "$scratch/run.log")"

# The numbers of frames are told apart by their source port: fewer than 60,000 of them.
rate=$((40000 / (rounds + 5)))
[ "$rate" -le 500 ] || rate=500
ip netns exec "$outside" "$sender" t0 60000 "$rate" >/dev/null &
sending=$!

# --- kills. In $scratch/deaf: from when to when nothing may have been heard
begin_deaf() {
	heard=$(ready)
	deaf=$(date +%s.%N)
}
end_deaf() {
	[ -n "$deaf" ] || return
	wait_for "[ \"\$(ready)\" -gt $heard ]" 30 || fail "round $round: the sensor does not come back: $(tail -n 3 "$scratch/run.log")"
	echo "$deaf $(date +%s.%N)" >>"$scratch/deaf"
	deaf=
}
kill_one() { # NAME
	case $1 in
	capture)
		begin_deaf
		kill -9 "$(pgrep -P "$(process run)" -x teiten-capture)"
		;;
	sensor) # all of them
		begin_deaf
		kill -9 -- "-$(process run)"
		;;
	parent) # what it started ends in order
		begin_deaf
		kill -9 "$(process run)"
		;;
	load) kill -9 "$(pgrep -P "$(pgrep -P "$(process collect)")")" ;; # below who starts it again
	collect) kill -9 "$(process collect)" ;; # what it started ends by itself
	engine) kill -9 "$(grep -oE '"pid": ?[0-9]+' "$scratch/store/engine.json" | grep -oE '[0-9]+')" ;;
	*) kill -9 -- "-$(process "$1")" ;;
	esac 2>/dev/null && killed[$1]=$((${killed[$1]:-0} + 1))
}
victims=(capture sensor parent upload nginx collect load engine)
declare -A killed
deaf=
for round in $(seq "$rounds"); do
	sleep "$((RANDOM % 2)).$((RANDOM % 10))"
	kill_one "${victims[RANDOM % ${#victims[@]}]}"
	[ $((RANDOM % 3)) != 0 ] || [ -n "$deaf" ] || kill_one "${victims[3 + RANDOM % 5]}"
	end_deaf
done
kill "$sending"
wait "$sending" 2>/dev/null
sleep 1

# --- all of it arrives
kill "$(process run)"
touch "$scratch/over"
wait_for "! kill -0 $(process run)"
all_sent "after the kills" 60
for name in upload nginx collect; do kill -- "-$(process $name)" 2>/dev/null; done
kill "$dump"
sleep 1
load store one --all >"$scratch/out" || fail "load: $(cat "$scratch/out")"
echo 'SELECT sport, sum(packets) FROM access GROUP BY sport ORDER BY sport' | ask store >"$scratch/heard"
tcpdump -ttnr "$scratch/wire.pcap" 2>/dev/null | sed -nE 's/^([0-9.]+) IP 203\.0\.11[0-9.]+\.([0-9]+) > .*/\2 \1/p' >"$scratch/sent"
# Which are there, and why the others are not
cat >"$scratch/compare.py" <<'END'
import sys
JOURNAL_S = 1.5 # what is heard is written each second
sent = dict((int(port), float(at)) for port, at in map(str.split, open(sys.argv[1])))
heard = dict(map(int, line.split()) for line in open(sys.argv[2]))
deaf = [tuple(map(float, line.split())) for line in open(sys.argv[3])]
lost = [at for port, at in sent.items() if port not in heard]
unexplained = [at for at in lost if not any(a - JOURNAL_S <= at <= b for a, b in deaf)]
unwritten = sum(1 for at in lost if any(a - JOURNAL_S <= at < a for a, b in deaf))
twice = sum(1 for port in heard if heard[port] != 1)
print("sent %d, in the store %d, while no process heard or it was not yet written %d (of these before the kill %d)" % (len(sent), len(heard), len(lost) - len(unexplained), unwritten))
print(len(unexplained), twice, sum(1 for port in heard if port not in sent))
END
touch "$scratch/deaf"
python3 "$scratch/compare.py" "$scratch/sent" "$scratch/heard" "$scratch/deaf" >"$scratch/verdict" || fail "the comparison"
head -n 1 "$scratch/verdict"
for name in "${!killed[@]}"; do echo "kill -9 of $name: ${killed[$name]}"; done
is "unexplained losses, packets that count twice, packets that were not sent" "0 0 0" "$(tail -n 1 "$scratch/verdict")"
checks=$((checks + 1))
[ "$(wc -l <"$scratch/heard")" -gt $(($(wc -l <"$scratch/sent") / 4)) ] || fail "hardly anything was heard: the test is too weak"
is "nothing waits in the inbox" 0 "$(find "$scratch/one/inbox" -name '*.zst' | wc -l)"
is "nothing is set aside" "0 0" "$(ls "$spool/rejected" | wc -l) $(find "$scratch/one/quarantine" -type f 2>/dev/null | wc -l)"
is "no segment is missing, no loss was counted" "0 0 0 0" "$(with store --set collect.folder="$scratch/one" sensors --format csv |
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "tokyo-1" { print $at["missing"], $at["lost_ring"], $at["lost_spool"], $at["refused"] }')"
# The test sees a packet that is gone, and one that counts twice.
sed 3d "$scratch/heard" >"$scratch/fewer"
sed -E '5s/ .*| 1$/ 2/;5s/\t1$/\t2/' "$scratch/heard" >"$scratch/more"
: >"$scratch/never"
is "control: a lost one" 1 "$(($(python3 "$scratch/compare.py" "$scratch/sent" "$scratch/fewer" "$scratch/never" | tail -n 1 | cut -d' ' -f1) - $(python3 "$scratch/compare.py" "$scratch/sent" "$scratch/heard" "$scratch/never" | tail -n 1 | cut -d' ' -f1)))"
is "control: one that counts twice" 1 "$(python3 "$scratch/compare.py" "$scratch/sent" "$scratch/more" "$scratch/deaf" | tail -n 1 | cut -d' ' -f2)"
finish
