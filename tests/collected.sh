#!/usr/bin/env bash
# From a collector's inbox into the store: each segment once, whatever its order, its form and what breaks in between; and the same
# rows as from one capture.
#     tests/collected.sh [ROUNDS]      of kill -9; 20 when not given (TEITEN_ROUNDS)
. "$(dirname "$0")/lib.sh"
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

with() { # STORE COMMAND...
	local store=$scratch/$1
	shift
	"$teiten" --set store="$store" --set engine.idle_s=20 "$@"
}
load() { # STORE BOX [OPTION...]
	with "$1" load "${@:3}" "$scratch/$2" 2>&1
}
# ask STORE: each line of standard input is a question
ask() {
	flock -s "$scratch/$1/engine.users" python3 -c '
import json, sys, urllib.request
engine = json.load(open(sys.argv[1]))
for sql in sys.stdin:
    request = urllib.request.Request("http://127.0.0.1:%d/?database=teiten" % engine["port"], sql.encode(),
                                     {"X-ClickHouse-User": "teiten", "X-ClickHouse-Key": engine["password"]})
    sys.stdout.write(urllib.request.urlopen(request).read().decode())' "$scratch/$1/engine.json"
}
# All that questions can be about.
rows() { # STORE
	ask "$1" <<'SQL'
SELECT * EXCEPT payload, hex(payload) FROM access ORDER BY ALL
SELECT hex(hash), max(length), hex(max(bytes)), min(first_seen), max(last_seen) FROM payload GROUP BY hash ORDER BY hash
SELECT * FROM detection ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM source_day GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM source_month GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM service_quarter GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM service_source_month GROUP BY ALL ORDER BY ALL
SQL
}
same_rows() { # WHAT STORE
	checks=$((checks + 1))
	rows "$2" >"$scratch/$2.rows" 2>&1
	cmp -s "$scratch/file.rows" "$scratch/$2.rows" || fail "$1: other rows than from the file: $(diff "$scratch/file.rows" "$scratch/$2.rows" | head -n 6)"
}
packets() { # STORE
	echo "SELECT sum(packets) FROM access" | ask "$1"
}
# Files of a box as if they had come so many seconds later.
waiting() { # BOX
	find "$scratch/$1/inbox" -name '*.zst' | wc -l
}

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
arrive() { # STORE BOX: segments of $scratch/seven, one after the other, each loaded when it comes
	mkdir -p "$scratch/$2/inbox/tokyo-1"
	for file in $(ls "$scratch/seven/inbox/tokyo-1"); do
		cp "$scratch/seven/inbox/tokyo-1/$file" "$scratch/$2/inbox/tokyo-1/"
		load "$1" "$2" >>"$scratch/$1.log"
	done
}
arrive stepwise steps
same_rows "one by one" stepwise
is "one by one: nothing waits at the end" 0 "$(waiting steps)"
batches=$(echo "SELECT uniqExact(n) FROM posted" | ask stepwise)
checks=$((checks + 1))
[ "$batches" -ge 4 ] || fail "one by one: only $batches batches: the test is too weak"

finish
