# Shared by the tests that look into a store with questions of their own: below $scratch, by its name. Sourced behind lib.sh.
net=() # goes before what has to be in the network of the test, if it has one of its own

with() { # STORE COMMAND...: of teiten
	local store=$scratch/$1
	shift
	"${net[@]}" "$teiten" --set store="$store" --set engine.idle_s=60 "$@"
}
# ask STORE: each line of standard input is a question
ask() {
	flock -s "$scratch/$1/engine.users" "${net[@]}" python3 -c '
import json, sys, urllib.request
engine = json.load(open(sys.argv[1]))
for sql in sys.stdin:
    request = urllib.request.Request("http://127.0.0.1:%d/?database=teiten" % engine["port"], sql.encode(),
                                     {"X-ClickHouse-User": "teiten", "X-ClickHouse-Key": engine["password"]})
    sys.stdout.write(urllib.request.urlopen(request).read().decode())' "$scratch/$1/engine.json"
}
# All that answers can be about.
questions() {
	cat <<'SQL'
SELECT * EXCEPT payload, hex(payload) FROM access ORDER BY ALL
SELECT hex(hash), max(length), hex(max(bytes)), min(first_seen), max(last_seen) FROM payload GROUP BY hash ORDER BY hash
SELECT * FROM detection ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM source_day GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM source_month GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM service_quarter GROUP BY ALL ORDER BY ALL
SELECT * EXCEPT packets, sum(packets) FROM service_source_month GROUP BY ALL ORDER BY ALL
SQL
}
rows() { # STORE
	questions | ask "$1"
}
same_rows() { # WHAT STORE: as the store "file" has
	checks=$((checks + 1))
	rows "$2" >"$scratch/$2.rows" 2>&1
	cmp -s "$scratch/file.rows" "$scratch/$2.rows" || fail "$1: other rows than from the file: $(diff "$scratch/file.rows" "$scratch/$2.rows" | head -n 6)"
}
packets() { # STORE
	echo "SELECT sum(packets) FROM access" | ask "$1"
}
