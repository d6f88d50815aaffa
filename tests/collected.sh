#!/usr/bin/env bash
# From a collector's inbox into the store: each segment once, whatever its order, its form and what breaks in between; and the same
# rows as from one capture.
#     tests/collected.sh [ROUNDS]      of kill -9; 20 when not given (TEITEN_ROUNDS)
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/store_lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
rounds=${1:-${TEITEN_ROUNDS:-20}}
cut=$TEITEN_BIN/tests/cut_segments
start=1790000010 # 2026-09-21, 30 seconds after a full minute
cat >"$scratch/test.rules" <<'RULES'
alert tcp any any -> any 80 (msg:"get"; flow:established,to_server; content:"GET /7"; sid:1;)
alert tcp any any -> any 23 (msg:"one each 30 s"; flags:S; threshold:type limit, track by_src, count 1, seconds 30; sid:2;)
RULES
cat >"$TEITEN_CONFIG" <<END
timezone: UTC
rules: [$scratch/test.rules]
sensors:
  - {name: tokyo-1, addresses: [198.51.100.0/24]}
  - {name: osaka-1, addresses: [198.51.101.0/24]}
END

load() { # STORE BOX [OPTION...]
	with "$1" load "${@:3}" "$scratch/$2" 2>&1
}
waiting() { # BOX
	find "$scratch/$1/inbox" -name '*.zst' | wc -l
}

daemon=
end_daemon() {
	[ -n "$daemon" ] && kill "$daemon" 2>/dev/null
	clean_up
}
trap end_daemon EXIT

# --- the same rows as from one capture
python3 "$here/conversations.py" "$scratch/all.pcap" $start 300 198.51.100 >"$scratch/count"
with file import "$scratch/all.pcap" >"$scratch/out" 2>&1 || fail "import: $(cat "$scratch/out")"
rows file >"$scratch/file.rows"
for what in "handshake" "one each 30 s" "get"; do
	checks=$((checks + 1))
	grep -q "$what" "$scratch/file.rows" || [ "$what" = handshake ] || fail "the capture has no '$what': the test is too weak"
done
"$cut" "$scratch/all.pcap" "$scratch/seven" tokyo-1 1 7 >/dev/null
cp -r "$scratch/seven" "$scratch/box"
has "all at once" "^43 segments taken in; $(cat "$scratch/count") frames" "$(load once box)"
same_rows "all at once" once

# one by one, as they come: what is not over waits
arrive() { # STORE BOX [SORT-OPTION]: segments of $scratch/seven, a few at a time, each time loaded
	mkdir -p "$scratch/$2/inbox/tokyo-1"
	for file in $(ls "$scratch/seven/inbox/tokyo-1" | sort $3); do
		cp "$scratch/seven/inbox/tokyo-1/$file" "$scratch/$2/inbox/tokyo-1/"
		some=$((some + 1))
		[ $((some % 4)) = 0 ] || load "$1" "$2" >>"$scratch/$1.log"
	done
	load "$1" "$2" >>"$scratch/$1.log"
}
some=0
arrive stepwise steps ""
same_rows "one by one" stepwise
is "one by one: nothing waits at the end" 0 "$(waiting steps)"
batches=$(echo "SELECT uniqExact(n) FROM posted" | ask stepwise)
checks=$((checks + 1))
[ "$batches" -ge 4 ] || fail "one by one: only $batches batches: the test is too weak"
arrive backward back -r
same_rows "the last one first" backward

# --- the same again
cp -r "$scratch/seven/inbox" "$scratch/box/"
has "replayed: known" "^0 segments taken in, 43 in the store before; 0 frames" "$(load once box)"
same_rows "replayed" once
"$cut" "$scratch/all.pcap" "$scratch/box" tokyo-1 2 7 >/dev/null
load once box >/dev/null
is "the test sees what counts twice: the same packets under another epoch" $((2 * $(packets file))) "$(packets once)"

# --- kill -9 of the loader, and of the engine below it
mkdir -p "$scratch/kill/inbox/tokyo-1"
killed=0
for round in $(seq "$rounds"); do
	next=$(ls "$scratch/seven/inbox/tokyo-1" | sed -n "$((round * 43 / rounds + 1))q;1,$((round * 43 / rounds))p")
	for file in $next; do
		[ -e "$scratch/kill/inbox/tokyo-1/$file" ] || ls "$scratch"/kill/archive/tokyo-1/*/"$file" >/dev/null 2>&1 ||
			cp "$scratch/seven/inbox/tokyo-1/$file" "$scratch/kill/inbox/tokyo-1/"
	done
	load killed kill >"$scratch/log" &
	loader=$!
	sleep 0.$((RANDOM % 4))$((RANDOM % 10))
	[ $((round % 7)) = 0 ] && [ -f "$scratch/killed/engine.json" ] &&
		kill -9 "$(grep -oE '"pid": ?[0-9]+' "$scratch/killed/engine.json" | grep -oE '[0-9]+')" 2>/dev/null
	pkill -9 -P "$loader" teiten && killed=$((killed + 1))
	wait "$loader" 2>/dev/null
done
for file in $(ls "$scratch/seven/inbox/tokyo-1"); do
	ls "$scratch"/kill/inbox/tokyo-1/"$file" "$scratch"/kill/archive/tokyo-1/*/"$file" >/dev/null 2>&1 || cp "$scratch/seven/inbox/tokyo-1/$file" "$scratch/kill/inbox/tokyo-1/"
done
load killed kill >"$scratch/log"
same_rows "after $killed times kill -9" killed
is "nothing waits after kill -9" 0 "$(waiting kill)"
checks=$((checks + 1))
[ "$killed" -ge $((rounds / 4)) ] || fail "only $killed of $rounds were killed: the test is too weak"

# --- two collectors with the same segments, at once
for box in left right; do mkdir -p "$scratch/$box/inbox/tokyo-1"; done
with both load --all "$scratch/left" >/dev/null 2>&1
for file in $(ls "$scratch/seven/inbox/tokyo-1"); do
	for box in left right; do cp "$scratch/seven/inbox/tokyo-1/$file" "$scratch/$box/inbox/tokyo-1/"; done
	some=$((some + 1))
	[ $((some % 6)) = 0 ] || continue
	load both left >>"$scratch/left.log" &
	load both right >>"$scratch/right.log" &
	wait $!
	wait
done
for box in left right left; do load both $box >>"$scratch/$box.log"; done
same_rows "two collectors" both
is "two collectors: each segment in one batch" "43	43" "$(echo "SELECT count(), uniqExact(sequence) FROM posted" | ask both)"
is "two collectors: nothing waits" "0 0" "$(waiting left) $(waiting right)"

# --- what came smaller from one collector is not counted again when it comes whole from another
"$cut" "$scratch/all.pcap" "$scratch/small" tokyo-1 1 60 level=counters:2 level=headers:1 lost=3 >/dev/null
"$cut" "$scratch/all.pcap" "$scratch/large" tokyo-1 1 60 lost=3 >/dev/null
has "reduced" "^5 segments taken in; " "$(load reduced small)"
before=$(packets reduced)
has "whole, later: the first one counts" "^0 segments taken in, 5 in the store before;" "$(load reduced large)"
is "whole, later" "$before" "$(packets reduced)"
given_up=$(echo "SELECT sum(lost_spool), sum(lost_ring), sum(packets) FROM posted" | ask reduced)
is "packets given up, lost, and left: all that was heard" "$(($(cat "$scratch/count") + 15))" "$(awk '{ print $1 + $2 + $3 }' <<<"$given_up")"

# --- what is not as it should be never stops the rest
mkdir -p "$scratch/odd/inbox/tokyo-1"
"$cut" "$scratch/all.pcap" "$scratch/odd" tokyo-1 1 60 >/dev/null
"$cut" "$scratch/all.pcap" "$scratch/odd" osaka-1 2 60 as=tokyo-1 >/dev/null
"$cut" "$scratch/all.pcap" "$scratch/odd" nowhere-1 3 60 >/dev/null
inbox=$scratch/odd/inbox/tokyo-1
first=$(ls "$inbox" | head -n 1)
cp "$inbox/$first" "$inbox/${first/00000.pcapng/00077.pcapng}"
head -c 300 "$inbox/$first" >"$inbox/${first/00000.pcapng/00078.pcapng}"
: >"$inbox/${first/00000.pcapng/00079.pcapng}"
odd=$(load odd odd)
has "quarantine" "^5 segments taken in, 8 in quarantine, 5 of sensors that are not in teiten.yaml;" "$odd"
has "another sensor's: why" "it says that it is of sensor tokyo-1" "$(cat "$scratch"/odd/quarantine/osaka-1/*.reason)"
has "another number: why" "another number than its name" "$(cat "$scratch"/odd/quarantine/tokyo-1/*77.pcapng.zst.reason)"
is "the rest is in" "$(packets file)" "$(packets odd)"
has "sensors: set aside" "^osaka-1,passive,,0,0,0,0,0,0,0,5,0$" "$(with odd sensors --period 2025..2027 --format csv)"
refused "a folder that another process loads from" 1 "another process is loading" flock "$scratch/odd/loading.lock" "$teiten" --set store="$scratch/odd" load "$scratch/odd"

# --- a clock that runs ahead: taken in as it says, but nothing was observed then
ahead=$(($(date +%s) + 20 * 86400))
python3 "$here/conversations.py" "$scratch/ahead.pcap" $ahead 60 198.51.100 >"$scratch/count"
"$cut" "$scratch/ahead.pcap" "$scratch/future" tokyo-1 1 20 >/dev/null
has "future-dated" "^3 segments taken in; $(cat "$scratch/count") frames" "$(load future future)"
is "future-dated: nothing was observed" "0" "$(echo "SELECT count() FROM coverage FINAL" | ask future)"

# --- a segment that does not come is waited for, not for ever; when it comes after all, it counts
exposure() { # STORE: IP-days
	with "$1" top service --period 2026-09-21 --format json | python3 -c 'import json, sys; print(round(json.load(sys.stdin)["exposure"] * 86400 / 256))'
}
report() { # STORE
	TEITEN_NOW=2026-10-0$2T00:00:00Z with "$1" --lang en report --period 2026-09 --no-pdf --output "$scratch/report" >/dev/null 2>&1 || fail "report: $2"
	cat "$scratch/report/report.md"
}
"$cut" "$scratch/all.pcap" "$scratch/late" tokyo-1 1 60 skip=2 lost=3 >/dev/null
has "a gap is waited for" "^1 segments taken in, 3 waiting;" "$(load late late)"
has "not for ever" "^3 segments taken in; " "$(with late --set collect.wait_s=0 load "$scratch/late")"
is "exposure: what segments say" 240 "$(exposure late)"
sensors=$(with late sensors --period 2026-09-21 --format csv)
has "sensors: what is lost and missing" "^tokyo-1,passive,[0-9]+,4,[0-9]+,12,0,0,0,1,0,0$" "$sensors"
has "sensors: one that never sent" "^osaka-1,passive,,0,0,0,0,0,0,0,0,0$" "$sensors"
first=$(report late 3)
has "report: each loss is a number" "Sensors sent 4 segments of .* Lost: 12 packets in their kernels, 0 at their interfaces, 0 given up .* did not come: 1, that were refused: 0" "$first"
is "report: the same data again, the same report" "$first" "$(report late 3)"
before=$(packets late)
"$cut" "$scratch/all.pcap" "$scratch/late" tokyo-1 1 60 lost=3 >/dev/null
has "late" "^1 segments taken in, 4 in the store before; " "$(load late late)"
is "late: complete" "$(packets file)" "$(packets late)"
is "late: exposure" 300 "$(exposure late)"
has "late: the report says that it was another before" "Correction: .* since the report of .*Accesses in this period: $(sed 's/...$/,&/' <<<"$before") then, $(sed 's/...$/,&/' <<<"$(packets file)") now" "$(report late 4)"
has "late: and later, too" "Correction: " "$(report late 5)"
# --- the packets behind what was loaded
TEITEN_NOW=2026-10-01T00:00:00Z with late --set collect.folder="$scratch/late" packets --reveal -w "$scratch/late.pcapng" 2>"$scratch/err"
with file packets --reveal -w "$scratch/file.pcapng" 2>/dev/null
has "packets: all of them" "^$(packets file) packets written" "$(cat "$scratch/err")"
is "packets: the same as from the file" "$(tcpdump -nSr "$scratch/file.pcapng" 2>/dev/null | sort | sha256sum)" "$(tcpdump -nSr "$scratch/late.pcapng" 2>/dev/null | sort | sha256sum)"

# --- the daemon loads by itself, and tells it
mkdir "$scratch/daemon"
"$cut" "$scratch/all.pcap" "$scratch/daemon/collect" tokyo-1 1 60 >/dev/null
"$teiten" --set store="$scratch/daemon" --set engine.idle_s=60 --set collect.listen=127.0.0.1:0 --set collect.listen_metrics=127.0.0.1:0 collect \
	>/dev/null 2>"$scratch/daemon.log" &
daemon=$!
for _ in $(seq 100); do
	grep -q 'load=done segments=5' "$scratch/daemon.log" && break
	sleep 0.1
done
has "collect: loads what is in its inbox" "load=done segments=5 frames=3642 accesses=2551 " "$(cat "$scratch/daemon.log")"
at=$(grep -oE 'metrics="[^"]*"' "$scratch/daemon.log" | cut -d'"' -f2)
has "collect: metrics" '^teiten_sensor_waiting\{sensor="tokyo-1"\} 0$' "$(curl -s "http://$at/metrics")"
kill "$daemon"
wait "$daemon"
is "collect: ends in order" 0 $?
daemon=
is "collect: all is in" "$(packets file)" "$(packets daemon)"

# --- the archive keeps to its bounds, and what is newest
now=$(date +%s)
epoch=0
for days in 1 2 9 10; do
	epoch=$((epoch + 1))
	python3 "$here/conversations.py" "$scratch/day.pcap" $((now - days * 86400)) 30 198.51.100 >/dev/null
	"$cut" "$scratch/day.pcap" "$scratch/days" tokyo-1 $epoch 10 >/dev/null
done
load days days --all >/dev/null
archived() { ls "$scratch/days/archive/tokyo-1" | tr '\n' ' '; }
day() { date -u -d "@$((now - $1 * 86400))" +%Y-%m-%d; }
with days --set collect.archive_days=9 load "$scratch/days" >/dev/null
is "archive: by age" "$(day 9) $(day 2) $(day 1) " "$(archived)"
fallocate -l 1100M "$scratch/days/archive/tokyo-1/$(day 2)/large"
with days --set collect.archive_gib=1 load "$scratch/days" >/dev/null
is "archive: by size, yesterday stays" "$(day 1) " "$(archived)"
is "archive: what went is still in the store" 4 "$(echo "SELECT uniqExact(epoch) FROM posted" | ask days)"

has "metrics" '^teiten_sensor_lost_ring\{sensor="tokyo-1"\} 0$' "$(with late sensors --metrics)"

finish
