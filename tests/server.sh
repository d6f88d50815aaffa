#!/usr/bin/env bash
# The same import into a ClickHouse server: the same answers as from a folder, whatever happens to the connection; an archive
# where archive.folder says so.
. "$(dirname "$0")/lib.sh"
library=$TEITEN_DEPS/@chdb/lib-linux-x64-gnu/libchdb.so
[ -r "$library" ] || skip "no engine here"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir "$scratch/server"

start_server() {
	"$TEITEN_BIN/tests/clickhouse_server" "$library" "$scratch/server" "$port" &
	server=$!
	for _ in $(seq 300); do
		curl -sf "http://127.0.0.1:$port/ping" >/dev/null && return
		sleep 0.1
	done
	fail "the server does not start"
}

ask() {
	curl -sf "http://127.0.0.1:$port/" --data-binary "$1"
}

# start_proxy OPTIONS...: $proxy, its port in $through
start_proxy() {
	: >"$scratch/proxy"
	"$TEITEN_BIN/tests/breaking_proxy" --to "$port" "$@" >"$scratch/proxy" &
	proxy=$!
	for _ in $(seq 100); do
		through=$(head -n 1 "$scratch/proxy")
		[ -n "$through" ] && return
		sleep 0.05
	done
	fail "the proxy does not start"
}

stop_proxy() { # sets up: bytes that passed to the server
	kill "$proxy"
	wait "$proxy"
	up=$(sed -n 's/.* up \([0-9]*\) .*/\1/p' "$scratch/proxy")
}

tables() { # what counts of every table of a database, whatever was merged
	for question in "count(), sum(cityHash64(*)) FROM $1.access" \
		"sum(packets), uniqExact(day, src, country, asn, sensor, class) FROM $1.source_day" \
		"sum(packets), uniqExact(quarter, service, country, sensor, class, tool) FROM $1.service_quarter" \
		"sum(packets), uniqExact(month, src, country, asn, class, tool) FROM $1.source_month" \
		"sum(packets), uniqExact(month, service, src, country) FROM $1.service_source_month" \
		"count(), sum(cityHash64(* EXCEPT (first_seen))), min(first_seen) FROM (SELECT hash, max(length), max(bytes), min(first_seen) AS first_seen FROM $1.payload GROUP BY hash)" \
		"count(), sum(cityHash64(*)) FROM (SELECT DISTINCT * EXCEPT noted FROM $1.block)" \
		"count(), sum(cityHash64(* EXCEPT (version, archive))) FROM $1.segment FINAL" \
		"count(), sum(cityHash64(* EXCEPT version)) FROM $1.coverage FINAL"; do
		ask "SELECT $question"
	done
}

start_server
sample=$scratch/sample
"$teiten" synth "$TEITEN_SOURCE/share/sample-month.yaml" -o "$sample" >/dev/null || fail "synth"
export TEITEN_CONFIG=$sample/teiten.yaml
captures=("$sample"/captures/{naha,osaka}-1-2009-08.pcap.zst)
folder="$teiten --set store=$scratch/store --set engine.idle_s=5"
small="--set import.block_rows=4000"

ask "CREATE DATABASE plain" || fail "CREATE DATABASE"
$teiten --set "store=clickhouse://127.0.0.1:$port/plain" $small import "${captures[@]}" >/dev/null || fail "import into the server"
$folder import "${captures[@]}" >/dev/null || fail "import into a folder"
for dimension in service country source; do
	is "top $dimension" "$($folder top $dimension --period 2009-08 --format json)" \
		"$($teiten --set "store=clickhouse://127.0.0.1:$port/plain" top $dimension --period 2009-08 --format json)"
done
truth=$(tables plain)
has "rows in the server" '^[1-9][0-9]{4}' "$truth"

# Cut in the requests and in the answers again and again (from the first answer on; every 2,500 bytes: while the tables are made, of
# the inserts of each table, and in the ledger), compressed or not; each is another database.
n=0
for how in "--cut-up 150000 --times 3" "--cut-down 0 --times 2" "--cut-down 2500 --times 1000" "--cut-up 400000 --down-ms 1500" "--cut-up 70000 --times 2 --rate 4000"; do
	for compression in none zstd; do
		n=$((n + 1))
		ask "CREATE DATABASE cut_$n"
		# shellcheck disable=SC2086
		start_proxy $how
		$teiten --set "store=clickhouse://127.0.0.1:$through/cut_$n" --set server.compression=$compression $small \
			import "${captures[@]}" >/dev/null 2>"$scratch/err" || fail "import with $how, $compression: $(cat "$scratch/err")"
		is "with $how, $compression" "$truth" "$(tables cut_$n)"
		stop_proxy
	done
done

# Several that open a new database together: one makes the tables, the others wait for it, and not for ever when it has ended.
for n in 1 2 3 4; do
	ask "CREATE DATABASE together_$n"
	[ $n -lt 4 ] || ask "CREATE TABLE together_$n.migration_turn_1 (nothing UInt8) ENGINE = Memory COMMENT 'ended'"
	for i in 0 1; do
		$teiten --set "store=clickhouse://127.0.0.1:$port/together_$n" $small import "${captures[$i]}" >/dev/null 2>"$scratch/err-$i" &
		pids[i]=$!
	done
	for i in 0 1; do wait ${pids[i]} || fail "two at once: $(cat "$scratch/err-$i")"; done
	is "two at once, $n" "$truth" "$(tables together_$n)"
	is "nobody's turn is left, $n" 0 "$(ask "SELECT count() FROM system.tables WHERE database = 'together_$n' AND name LIKE 'migration_turn%'")"
done

# The server is killed and comes back while rows are on their way.
ask "CREATE DATABASE killed"
start_proxy --rate 2000
$teiten --set "store=clickhouse://127.0.0.1:$through/killed" $small import "${captures[@]}" >/dev/null 2>"$scratch/err" &
import=$!
for _ in $(seq 200); do
	[ "$(ask "SELECT count() FROM killed.access" 2>/dev/null || echo 0)" -gt 0 ] && break
	sleep 0.05
done
kill -9 $server
wait $server 2>/dev/null
sleep 1
start_server
wait $import || fail "import over a restart: $(cat "$scratch/err")"
is "over a restart" "$truth" "$(tables killed)"
stop_proxy

# How much goes over the wire.
for compression in none zstd; do
	ask "CREATE DATABASE wire_$compression"
	start_proxy
	$teiten --set "store=clickhouse://127.0.0.1:$through/wire_$compression" --set server.compression=$compression import "${captures[@]}" >/dev/null || fail "import"
	stop_proxy
	[ $compression = none ] && plain=$up
done
is "compressed or not" "$(tables wire_none)" "$(tables wire_zstd)"
[ "$((3 * up))" -lt "$plain" ] || fail "compression saves little: $up of $plain bytes"
checks=$((checks + 1))

# An archive for a server.
ask "CREATE DATABASE kept"
kept="$teiten --set store=clickhouse://127.0.0.1:$port/kept"
# shellcheck disable=SC2086
refused "standard input without an archive" 1 'set archive.folder' $kept import -
# shellcheck disable=SC2086
refused "packets without an archive" 1 'set archive.folder' $kept packets -w "$scratch/p.pcapng"
kept="$kept --set archive.folder=$scratch/captures"
has "standard input" 'frames' "$(zstdcat -f "${captures[0]}" | $kept import - 2>&1)"
$kept import "${captures[1]}" >/dev/null || fail "import with archive.folder"
is "copies" 2 "$(find "$scratch/captures" -name '*.zst' | wc -l)"
$kept packets --period 2009-08 --where 'sensor = osaka-1' -w "$scratch/p.pcapng" 2>/dev/null || fail "packets of a server"
is "packets" "$(ask "SELECT sum(packets) FROM kept.access WHERE sensor = 'osaka-1' AND day BETWEEN '2009-08-01' AND '2009-08-31'")" "$(tcpdump -nr "$scratch/p.pcapng" --count 2>/dev/null | grep -oE '^[0-9]+')"
cat >"$scratch/map.yaml" <<-END
	store: $scratch/mapped
	archive: {folder: copies}
END
$teiten --config "$scratch/map.yaml" import "${captures[0]}" >/dev/null || fail "archive: {folder: ...}"
is "beside teiten.yaml" 1 "$(find "$scratch/copies" -name '*.zst' | wc -l)"
refused "an unknown compression" 1 'auto, zstd or none' "$teiten" --set server.compression=lz4 top service
kill $server
finish
