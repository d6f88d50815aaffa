#!/usr/bin/env bash
# The sample month: every number of the report and of `top` equals the truth file, however the captures came in: twice, in
# another order, in pieces, compressed otherwise, and with kill -9 in the middle.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
sample=$scratch/sample
"$teiten" synth "$TEITEN_SOURCE/share/sample-month.yaml" -o "$sample" >/dev/null || fail "synth"
export TEITEN_CONFIG=$sample/teiten.yaml TEITEN_NOW=2009-09-30T00:00:00+09:00
truth=$sample/truth.json

with() { # STORE COMMAND...
	local store=$scratch/$1
	shift
	"$teiten" --set store="$store" --set engine.idle_s=5 "$@"
}

import() { # STORE FILE...
	with "$1" import "${@:2}" >"$scratch/import.log" 2>&1 || { fail "import into $1"; tail -n 5 "$scratch/import.log"; }
}

equals_truth() { # STORE WHAT
	checks=$((checks + 1))
	python3 "$here/truth.py" top "$truth" "$teiten" --set store="$scratch/$1" --set engine.idle_s=5 >"$scratch/truth.log" || {
		fail "$2"
		tail -n 12 "$scratch/truth.log"
	}
}

import once "$sample"/captures/*
equals_truth once "imported once"
for lang in ja en; do
	with once report --period 2009-08 --lang $lang --output "$scratch/report-$lang" >/dev/null || fail "report $lang"
	python3 "$here/truth.py" report "$truth" "$scratch/report-$lang/report.json" $lang || fail "report $lang equals the truth"
	checks=$((checks + 1))
done

import once "$sample"/captures/*
is "a second time nothing changes" "$(ls "$sample/captures" | wc -l)" "$(grep -c 'nothing changed' "$scratch/import.log")"
equals_truth once "imported twice"

# shellcheck disable=SC2046
import backwards $(ls -r "$sample"/captures/*)
equals_truth backwards "in another order"

mkdir "$scratch/pieces"
for file in "$sample"/captures/*; do
	zstdcat "$file" | python3 "$here/split_pcap.py" 20000 "$scratch/pieces/$(basename "$file")"
done
# shellcheck disable=SC2046
import pieces $(ls "$scratch"/pieces/* | sort -R --random-source="$truth")
equals_truth pieces "in pieces"

mkdir "$scratch/compressed"
n=0
for file in "$sample"/captures/*; do
	n=$((n + 1))
	case $((n % 4)) in
	0) zstdcat "$file" | gzip -1 >"$scratch/compressed/$n" ;;
	1) zstdcat "$file" | xz -0 >"$scratch/compressed/$n" ;;
	2) zstdcat "$file" | lz4 -q >"$scratch/compressed/$n" ;;
	3) zstdcat "$file" >"$scratch/compressed/$n" ;;
	esac
done
import other "$scratch"/compressed/*
equals_truth other "compressed otherwise"
import once "$scratch"/compressed/*
is "other compressions are the same captures" $n "$(grep -c 'nothing changed' "$scratch/import.log")"
equals_truth once "imported in both compressions"

# kill -9 of the import, and now and then of the engine, at random moments; small blocks, so that there are many moments.
RANDOM=20090930
kills=0
for round in $(seq 200); do
	[ $kills -ge "${TEITEN_KILLS:-30}" ] && break
	# exec, so that the number is the program's and not a shell's around it
	(exec "$teiten" --set store="$scratch/killed" --set engine.idle_s=5 --set import.block_rows=1000 import "$sample"/captures/*) \
		>"$scratch/import.log" 2>&1 &
	import_pid=$!
	sleep "0.$((RANDOM % 60 + 10))"
	if kill -9 $import_pid 2>/dev/null; then
		kills=$((kills + 1))
	fi
	wait $import_pid 2>/dev/null
	if [ $((round % 5)) = 0 ] && [ -f "$scratch/killed/engine.json" ]; then
		kill -9 "$(grep -oE '"pid": ?[0-9]+' "$scratch/killed/engine.json" | grep -oE '[0-9]+')" 2>/dev/null
	fi
done
echo "$kills kills in $round rounds"
is "enough kills" yes "$([ $kills -ge 30 ] && echo yes)"
with killed --set import.block_rows=1000 import "$sample"/captures/* >"$scratch/import.log" 2>&1 || { fail "the last import"; tail -n 5 "$scratch/import.log"; }
equals_truth killed "after $kills kills"
finish
