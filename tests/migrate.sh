#!/usr/bin/env bash
# A store of an older schema is brought up to date: it is said in one line, a kill at any moment loses and doubles nothing, and
# several commands at once do it once.
. "$(dirname "$0")/lib.sh"
[ -r "$TEITEN_DEPS/@chdb/lib-linux-x64-gnu/libchdb.so" ] || skip "no engine here"
export TEITEN_NOW=2009-10-01T00:00:00+09:00
store=$scratch/store
"$teiten" synth "$TEITEN_SOURCE/share/sample-month.yaml" -o "$scratch/sample" >/dev/null || fail "synth"
export TEITEN_CONFIG=$scratch/sample/teiten.yaml
with() {
	"$teiten" --set store="$store" --set engine.idle_s=30 "$@"
}

# engine WORD: of engine.json
engine() {
	grep -oE "\"$1\": ?\"?[0-9a-f]+" "$store/engine.json" | grep -oE '[0-9a-f]+$'
}

sql() {
	curl -sS --fail-with-body "http://127.0.0.1:$(engine port)/?database=teiten" -H "X-ClickHouse-User: teiten" \
		-H "X-ClickHouse-Key: $(engine password)" --data-binary "$1"
}

tables() {
	for question in "sum(packets), sum(cityHash64(* EXCEPT packets) * packets) FROM source_day" \
		"sum(packets), sum(cityHash64(* EXCEPT packets) * packets) FROM service_quarter" \
		"sum(packets), sum(cityHash64(* EXCEPT packets) * packets) FROM source_month" \
		"sum(packets), sum(cityHash64(* EXCEPT packets) * packets) FROM service_source_month" \
		"count(), sum(cityHash64(*)) FROM access"; do
		sql "SELECT $question" || fail "$question"
	done
	sql "SELECT name FROM system.tables WHERE database = 'teiten' AND name NOT LIKE 'migration_turn_%' ORDER BY name" # left by lost answers: harmless
}

# The tables as schema 4 had them.
make_old() {
	sql "DROP TABLE source_month" && sql "DROP TABLE service_source_month" &&
		sql "CREATE TABLE service_source_day (day Date) ENGINE = MergeTree ORDER BY day" &&
		sql "CREATE OR REPLACE TABLE source_day ENGINE = SummingMergeTree((packets, bytes)) PARTITION BY toYYYYMM(day)
			ORDER BY (day, src, country, asn, sensor, class) AS SELECT *, packets * 40 AS bytes FROM source_day" &&
		sql "CREATE OR REPLACE TABLE service_quarter ENGINE = SummingMergeTree((packets, bytes)) PARTITION BY toYYYYMM(quarter)
			ORDER BY (quarter, service, country, sensor, class, tool) AS SELECT *, packets * 40 AS bytes FROM service_quarter" &&
		sql "INSERT INTO meta VALUES ('schema', '4', $1)" || fail "an old store"
}

with import "$scratch"/sample/captures/* >/dev/null || fail "import"
new=$(tables)
has "rows" '^[1-9][0-9]{4}' "$new"

make_old 1000
with top service --period 2009-08 >"$scratch/answer" 2>"$scratch/err" || fail "top"
is "one line" 1 "$(wc -l <"$scratch/err")"
has "what it does" "bringing the store up to date \(schema 4 to [0-9]+\)" "$(cat "$scratch/err")"
is "the tables" "$new" "$(tables)"
is "no line afterwards" "" "$(with top class --period 2009-08 2>&1 >"$scratch/answer")"

# lost N: a question over a connection that loses the Nth answer and breaks for good; the engine has done what was asked
lost() {
	local through proxy
	: >"$scratch/proxy"
	"$TEITEN_BIN/tests/breaking_proxy" --to "$(engine port)" --lose-answer "$1" >"$scratch/proxy" &
	proxy=$!
	while [ ! -s "$scratch/proxy" ]; do sleep 0.01; done
	through=$(cat "$scratch/proxy")
	"$teiten" --set "store=clickhouse://teiten:$(engine password)@127.0.0.1:$through/teiten" --set server.retry_s=0 \
		top service --period 2009-08 >"$scratch/answer" 2>"$scratch/err"
	kill $proxy
	wait $proxy
	sql "DROP TABLE IF EXISTS migration_turn_1" # of a process that has ended; else the next one waits ten seconds to be sure
	grep -q bringing "$scratch/err"
}

# The answers 1 to 10 are of the opening. Of a month, 11 is of the partition that is dropped, 12 of the rows that are filled in, 13 of the note.
make_old 2000
steps=0
while lost 12 && lost 13 && [ $steps -lt 60 ]; do steps=$((steps + 1)); done 2>/dev/null
[ $steps -ge 10 ] || fail "only $steps steps"
with top service --period 2009-08 >"$scratch/answer" 2>"$scratch/err" || fail "top: $(cat "$scratch/err")"
is "the tables after lost answers" "$new" "$(tables)"

# killed MS: a question that gets a kill so long after it has begun to change the tables
killed() {
	: >"$scratch/err"
	with top service --period 2009-08 >"$scratch/answer" 2>"$scratch/err" &
	local pid=$!
	while kill -0 $pid 2>/dev/null && [ ! -s "$scratch/err" ]; do sleep 0.002; done
	sleep "$(printf '0.%03d' "$1")"
	kill -9 $pid
	wait $pid
}

# The engine is killed while it works on what the killed one had asked for.
make_old 3000
for ms in 4 15 30; do
	killed $ms
	kill -9 "$(engine pid)"
done 2>/dev/null
with top service --period 2009-08 >"$scratch/answer" 2>"$scratch/err" || fail "top: $(cat "$scratch/err")"
is "the tables after kills of the engine" "$new" "$(tables)"

# Several at once.
make_old 4000
for i in 1 2 3; do
	with top service --period 2009-08 >"$scratch/answer.$i" 2>"$scratch/err.$i" || fail "top $i" &
done
wait
is "the same answers" "$(cat "$scratch/answer.1" "$scratch/answer.1")" "$(cat "$scratch/answer.2" "$scratch/answer.3")"
is "one of them did it" 1 "$(cat "$scratch"/err.? | wc -l)"
is "the tables after several" "$new" "$(tables)"
finish
