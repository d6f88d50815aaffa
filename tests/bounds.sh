#!/usr/bin/env bash
# Limits of an import: coarser rows and what answers say of them, payloads, memory, disk.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
run="$teiten --set store=$scratch/store --set engine.idle_s=5"
cat >"$TEITEN_CONFIG" <<-CONFIG
	timezone: UTC
	sensors:
	  - {name: tokyo-1, addresses: [198.51.100.0/24], since: 2009-06-01}
CONFIG

# Forty sources in one minute of 1 July; three accesses in August.
{
	for i in $(seq 40); do
		echo "$((1246406400 + i))000000000 192.0.2.$i 198.51.100.$((i % 4)) 445"
	done
	for i in 1 2 3; do
		echo "$((1249084800 + i))000000000 192.0.2.$i 198.51.100.1 445"
	done
} | python3 "$here/make_pcap.py" "$scratch/flood.pcap"

refused "settings that need too much memory" 1 "import.memory_mib is 64: lower import.block_rows" \
	$run --set import.memory_mib=64 import "$scratch/flood.pcap"
has "... in Japanese" "import.memory_mib は 64 です" "$($run --lang ja --set import.memory_mib=64 import "$scratch/flood.pcap" 2>&1)"
refused "a disk without room" 1 "MiB are free.*import.free_mib \(1073741824\).*nothing is lost" \
	$run --set import.free_mib=1073741824 import "$scratch/flood.pcap"
line=$($run --set import.minute_rows=10 import "$scratch/flood.pcap" 2>&1)
has "the result line counts coarser rows" "43 accesses, in coarser rows 30, of these without source 20(,| )" "$line"
has "importing again changes nothing" "taken in before" "$($run --set import.minute_rows=10 import "$scratch/flood.pcap")"

july="--period 2009-07 --versus 2009-06"
total() { python3 -c 'import json, sys; a = json.load(sys.stdin); print(a["total"]["packets"], a["total"]["sources"], a.get("approximate"))'; }
is "accesses are all there, sources are not, and it says so" \
	"40 21 {'sketched': False, 'coarse': 0, 'without_source': 20, 'packets': False, 'payloads': 0}" \
	"$($run top country $july --format json | total)"
is "a month that nothing was left out of says nothing" "3 3 None" "$($run top country --period 2009-08 --versus 2009-09 --format json | total)"
has "but beside July it does" "'without_source': 20" "$($run top country --period 2009-08 --format json | total)"
is "a filter by what is missing finds what has it" \
	"10 10 {'sketched': False, 'coarse': 30, 'without_source': 20, 'packets': True, 'payloads': 0}" \
	"$($run top country $july --where 'ttl = 55' --format json | total)"
is "the others are of no OS" "\"'-\" 30, linux 10" "$($run top os $july --format csv | awk -F, 'NR > 1 { printf "%s%s %s", s, $1, $2; s = ", " }')"
is "the line under a table" "approximate: 20 accesses of a flood are stored without their source, :: stands for all of them: sources, networks and ASes are too few" \
	"$($run top service $july | grep '^approximate')"
is "lines under a table of TTL" 2 "$($run top ttl $july | grep -c '^approximate')"
has "in Japanese" "^概数: 大量アクセスのうち 20 件は発信元を省き" "$($run --lang ja top service $july)"
is "under a trend" 1 "$($run trend service --period 2009-07 | grep -c '^approximate: 20')"
is "under a cross" 1 "$($run cross service country --period 2009-07 | grep -c '^approximate: 20')"
for question in "top service $july" "trend service --period 2009-07" "cross service country --period 2009-07"; do
	# shellcheck disable=SC2086
	is "CSV of $question" "approximate without_source" \
		"$($run $question --format csv | sed -n '1p;2p' | sed 's/.*,//' | tr '\n' ' ' | sed 's/ $//')"
	# shellcheck disable=SC2086
	has "JSON of $question" '"approximate":\{"sketched":false,"coarse":0,"without_source":20,' "$($run $question --format json)"
done
is "CSV of exact answers has an empty cell" "" "$($run trend --period 2009-08 --format csv | sed -n '2s/.*,//p')"

$run report --period 2009-07 --lang en --output "$scratch/report" >"$scratch/log" 2>&1
text=$(tr -d '\\' <"$(find "$scratch/report" -name '*.md' | head -1)")
has "the method of a report" "In floods, 30 accesses of these periods were stored in less detail, 20 of them without their source" "$text"
has "the note at its number of sources" "Source addresses \| 21 ¹" "$text"
has "its words" "20 accesses of a flood are stored without their source" "$text"
has "JSON of a report" '"coarse":30,"without_source":20' "$(cat "$(find "$scratch/report" -name '*.json' | head -1)")"

# payloads
worst=$TEITEN_BIN/bench/make_worst
mkdir "$scratch/payloads"
"$worst" payloads 500 "$scratch/payloads" >"$scratch/payloads.pcap" || fail "make_worst"
more="$teiten --config $scratch/payloads/teiten.yaml --set store=$scratch/more --set engine.idle_s=5"
has "payloads beyond the limit" "500 accesses, payloads without room 200(,| )" \
	"$($more --set import.payloads_max=300 import "$scratch/payloads.pcap")"
has "... are told where payloads are asked for" "^approximate: of 200 payloads only the hash is stored" \
	"$($more top payload --period 2020-03-11)"
is "... and nowhere else" 0 "$($more top service --period 2020-03-11 | grep -c approximate)"
finish
