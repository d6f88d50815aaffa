#!/usr/bin/env bash
# Many captures at once: the same tables, ledger and lines for any number of threads, any order of names, and after any
# interruption. Folders, lists, --dry-run.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
many=$scratch/many
export TEITEN_NOW=2026-09-30T00:00:00+09:00

# --- a dozen captures: of several sensors, twice, grown, damaged, cut, with nothing in them, and what is none ---
cat >"$scratch/scenario.yaml" <<'END'
timezone: Asia/Tokyo
seed: 7
periods: [2026-07, 2026-08]
sensors:
  - {name: a-1, region: JP, addresses: [198.51.100.8/31], since: 2026-04-01}
  - {name: b-1, region: JP, addresses: [203.0.113.16/29], since: 2026-04-01}
  - {name: c-1, region: JP, addresses: [192.0.2.66/31], since: 2026-04-01}
captures:
  - {sensor: c-1, format: pcapng}
total: {packets: [9000, 12000]}
services:
  - {service: 445/TCP, packets: [7000, 9700]}
  - {service: 8/ICMP, packets: [1000, 1200]}
  - {service: 53/UDP, packets: [1000, 1100]}
countries:
  - {country: CN, packets: [5000, 7000], sources: 500}
  - {country: JP, packets: [4000, 5000], sources: 300}
END
"$teiten" synth "$scratch/scenario.yaml" -o "$scratch/sample" >/dev/null || fail "synth"
export TEITEN_CONFIG=$scratch/sample/teiten.yaml
made=$scratch/sample/captures
mkdir -p "$many/deep/er" "$many/.hidden" "$many/with space"
cp "$made"/a-1* "$many/deep"
zstdcat "$made"/b-1-2026-07* | python3 "$here/split_pcap.py" 600 "$many/deep/er/piece"
cp "$made"/b-1-2026-08* "$many/with space/b 1
next line.zst"
cp "$made"/c-1-2026-07* "$many/c7.pcapng.zst"
zstdcat "$made"/c-1-2026-08* >"$many/c8"
zstdcat "$made"/c-1-2026-08* | gzip >"$many/deep/again.gz"          # the same, twice more
zstdcat "$made"/c-1-2026-08* | xz -0 >"$many/again.xz"
zstdcat "$made"/a-1-2026-08* >"$scratch/a8"
head -c 70000 "$scratch/a8" | lz4 -q >"$many/zz-early.lz4"          # before it grew
head -c 90000 "$scratch/a8" >"$many/deep/zz-later"
zstdcat "$made"/b-1-2026-08* | gzip | head -c 20000 >"$many/damaged.gz" # which begins like the whole
head -c 24 "$scratch/a8" >"$many/header"
cp "$many/header" "$many/deep/header"
for i in 1 2 3 4 5 6 7 8 9; do echo "178400000${i}000000000 192.0.2.$i 198.51.100.8 23"; done >"$scratch/lines"
python3 "$here/make_pcap.py" "$many/nine" <"$scratch/lines"
head -c 60 "$many/nine" >"$many/first-frame-cut"
echo "not a capture" >"$many/deep/README"
: >"$many/empty"
mkfifo "$many/pipe"
cp "$made"/a-1-2026-07* "$many/.hidden/hidden"
cp "$made"/a-1-2026-07* "$many/.hidden.pcap"
cp "$made"/a-1-2026-07* "$many/incoming-0123456789abcde.zst"
ln "$many/c8" "$many/deep/hard-link"
ln -s ../c8 "$many/deep/link"
ln -s .. "$many/deep/er/loop"
ln -s nowhere "$many/broken"
set -- "$many"/c7.pcapng.zst "$many"/c8 "$many"/again.xz "$many"/damaged.gz "$many"/deep "$many"/first-frame-cut "$many"/header \
	"$many"/nine "$many"/with* "$many"/zz-early.lz4 "$many"/deep/hard-link

with() { # STORE COMMAND...
	local store=$scratch/$1
	shift
	"$teiten" --set store="$store" --set engine.idle_s=5 --set import.block_rows=1000 --set import.payload_mib=1 --set import.payloads_max=10000 "$@"
}

# What the store holds, the same for the same captures: answers, ledger, rows.
contents() { # STORE
	for dimension in service country asn source sensor class tool sport hour; do
		with "$1" top $dimension --period 2026-08 --versus 2026-07 --format json --limit all
	done
	# as a client: the engine stays
	flock -s "$scratch/$1/engine.users" python3 - "$scratch/$1/engine.json" <<'END'
import json, sys, urllib.parse, urllib.request
engine = json.load(open(sys.argv[1]))
for sql in ("SELECT digest, name, archive, origin, sensor, bytes, first_s, last_s, frames, accesses, oddities, not_ip, left_sensor, no_sensor, "
            "out_of_service, dropped, rows, blocks, cut_off, complete FROM segment FINAL ORDER BY digest",
            "SELECT * EXCEPT version FROM coverage FINAL ORDER BY ALL",
            "SELECT count(), sum(packets), sum(bytes), sum(cityHash64(*)) FROM access",
            "SELECT sum(packets), uniqExact(src) FROM source_day",
            "SELECT sum(packets), uniqExact(src) FROM source_month",
            "SELECT sum(packets), uniqExact(service, src) FROM service_source_month",
            "SELECT hash, max(length), max(bytes), min(first_seen) FROM payload GROUP BY hash ORDER BY hash"):
    request = urllib.request.Request("http://127.0.0.1:%d/?database=teiten" % engine["port"], sql.encode(),
                                     {"X-ClickHouse-User": "teiten", "X-ClickHouse-Key": engine["password"]})
    print(urllib.request.urlopen(request).read())
END
}

untimed() {
	sed -E 's/[0-9.]+ s([,)])/T s\1/; s/[0-9]+ packets\/s/N packets\/s/'
}

# import STORE THREADS ARGUMENTS...: lines without times; the exit status is 1 for what is damaged or grown
import() {
	local status=0
	with "$1" --set import.threads="$2" import "${@:3}" >"$scratch/out" 2>"$scratch/err" || status=$?
	is "exit status of $1" 1 $status
	untimed <"$scratch/out" >"$scratch/$1.out"
	cp "$scratch/err" "$scratch/$1.err"
	contents "$1" >"$scratch/$1.contents"
}

same() { # STORE
	checks=$((checks + 3))
	cmp "$scratch/one.contents" "$scratch/$1.contents" || fail "$1: other contents"
	diff "$scratch/one.out" "$scratch/$1.out" || fail "$1: other lines"
	diff "$scratch/one.err" "$scratch/$1.err" || fail "$1: other errors"
}

import one 1 "$@"
out=$(cat "$scratch/one.out")
has "the summary" "^[0-9]+ taken in, 3 taken in before, 2 skipped as no captures, [0-9]+ failed; [0-9]+ frames, [0-9]+ accesses \(T s, N packets" "$out"
is "the same capture three times counts once" 2 "$(grep -cE '^(c8|again|hard).*nothing changed' "$scratch/one.out")"
has "what grew, shortest first" "zz-later: it begins with zz-early.lz4" "$(cat "$scratch/one.err")"
has "and again" "a-1-2026-08.pcap.zst: it begins with" "$(cat "$scratch/one.err")"
has "a frame that is cut is a beginning, too" "nine: it begins with first-frame-cut" "$(cat "$scratch/one.err")"
has "the damaged beginning comes first" "next line.zst.*: it begins with damaged.gz" "$(cat "$scratch/one.err")"

backwards=()
for name in "$@"; do backwards=("$name" "${backwards[@]}"); done
import two 2 "${backwards[@]}"
same two
import four 4 "${@:5}" "${@:1:4}"
same four
# another order of names by a list; a name twice
printf '%s\0' "${@:3}" "${@:1:4}" >"$scratch/list"
import listed 3 --null --files-from "$scratch/list"
same listed

# --- folders and lists ---
import folder 2 "$many"
sed -i 's/, 5 skipped/, 2 skipped/' "$scratch/folder.out" # those that stand beside the named ones
same folder
is "nothing hidden or unfinished was taken" "" "$(grep -E 'hidden|incoming' "$scratch/folder.out")"
has "a list on standard input" "^2 taken in;" "$(printf '%s\n\n%s\n' "$many/c8" "$many/with space" | with piped import --files-from -)"
has "an empty list is no error" "^0 taken in; 0 frames" "$(with piped import --files-from - </dev/null)"
refused "a list that is not there" 1 "nowhere: No such file" with piped import --files-from "$scratch/nowhere"
refused "--null alone" 2 "files-from" with piped import --null "$many"
refused "list and capture from standard input" 2 "standard input" with piped import --files-from - -
refused "a pipe" 1 "pipe can be read only once" with piped import "$many/pipe"
refused "text that was named" 1 "README is text" with piped import "$many/deep/README"
mkdir "$scratch/rubbish" && echo text >"$scratch/rubbish/a"
is "a folder without captures" "0 taken in, 1 skipped as no captures; 0 frames, 0 accesses (T s)" \
	"$(with piped import "$scratch/rubbish" | untimed)"
has "standard input comes after the files, and is known by them" "^c8: .*nothing changed" "$(with piped import - "$many/c8" <"$many/c8")"
refused "standard input that grew" 1 "standard input: it begins with c8" bash -c "(cat '$many/c8'; tail -c 100 '$many/c8') |
	$teiten --set store=$scratch/piped --set engine.idle_s=5 import -"
mkdir "$scratch/around" && cp "$many/c8" "$scratch/around"
with around/store import "$scratch/around" >/dev/null || fail "import around the store"
has "the store itself is not walked" "^0 taken in, 1 taken in before; 0 frames" "$(with around/store import "$scratch/around")"

# --- --dry-run ---
dry=$(with none import --dry-run "$many" 2>"$scratch/err")
is "--dry-run makes no store" "" "$(ls -d "$scratch/none" 2>/dev/null)"
is "--dry-run says nothing is wrong" "" "$(cat "$scratch/err")"
is "times in order" "$(grep -oE '^20[^ ]*' <<<"$dry" | sort)" "$(grep -oE '^20[^ ]*' <<<"$dry")"
has "what is what" "^2026-08-01T[^ ]*  pcapng  gzip  +[0-9]+  $many/deep/again.gz  \(begins like the one before\)$" "$dry"
has "why not" "^skipped: .*README is text" "$dry"
has "what it is" "^[0-9]+ captures with [0-9]+ bytes would be read, 5 other files skipped; nothing was changed" "$dry"
has "what was taken in before" "zz-early.lz4.*taken in before" "$(with folder import --dry-run "$many")"
is "as many as are taken" "$(grep -cE '^(20|-)' <<<"$dry")" "$(($(grep -c . "$scratch/one.out") - 1 + $(grep -c 'it begins with' "$scratch/one.err")))"

# --- interrupted ---
# stop STORE SIGNAL LINES: an import of all that gets the signal when it has printed so many lines; its exit status
stop() {
	(exec "$teiten" --set store="$scratch/$1" --set engine.idle_s=5 --set import.block_rows=1000 --set import.payload_mib=1 \
		--set import.payloads_max=10000 --set import.threads=3 import "$many") >"$scratch/out" 2>"$scratch/err" &
	local pid=$! status=0
	while kill -0 $pid 2>/dev/null && [ "$(wc -l <"$scratch/out")" -lt "$3" ]; do sleep 0.01; done
	kill -"$2" $pid 2>/dev/null
	wait $pid 2>/dev/null || status=$?
	is "no worker takes another for a stranger" 0 "$(grep -c 'another process' "$scratch/err")"
	return $status
}

complete() { # STORE
	with "$1" --set import.threads=3 import "$many" >/dev/null 2>&1
	contents "$1" >"$scratch/$1.contents"
	checks=$((checks + 1))
	cmp "$scratch/one.contents" "$scratch/$1.contents" || fail "$1: other contents after interruptions"
}

stop int INT 1
is "exit status after SIGINT" 130 $?
has "SIGINT" "^teiten: stopped by SIGINT with [0-9]+ of 24 files done" "$(tail -n 1 "$scratch/err")"
complete int
stop term TERM 6
is "exit status after SIGTERM" 143 $?
has "SIGTERM" "^teiten: stopped by SIGTERM with [0-9]+ of 24 files done" "$(tail -n 1 "$scratch/err")"
complete term
for lines in 0 2 4 0 6 8; do
	stop killed KILL $lines
done
complete killed
finish
