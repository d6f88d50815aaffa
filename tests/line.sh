#!/usr/bin/env bash
# From real clients to the store, every part real: a sensor hears and answers, sends through nginx to the collector, whose segments are
# loaded. The store has what was on the wire, the same rows as from a capture of it; what was lost on the way is a number at the centre.
[ "$(id -u)" = 0 ] || { echo "skipped: needs root, for networks of its own"; exit 77; }
[ -n "${TEITEN_ALONE-}" ] || TEITEN_ALONE=1 exec unshare --mount bash "$0" "$@"
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sensor_lib.sh"
. "$(dirname "$0")/store_lib.sh"
. "$(dirname "$0")/line_lib.sh"
for tool in nginx openssl curl nc tcpdump python3; do command -v $tool >/dev/null || skip "needs $tool (scripts/install check)"; done
net=(nsenter "--net=/run/netns/$inside")
end_line() {
	end_daemons
	end_network
}
trap end_line EXIT
cat >"$scratch/test.rules" <<'RULES'
alert tcp any any -> any any (msg:"script"; flow:established,to_server; content:"script_fields"; sid:1;)
alert tcp any any -> any any (msg:"proxy"; flow:established,to_server; content:"GET http|3a|//"; depth:11; sid:2;)
alert tcp any any -> any any (msg:"heartbeat"; flow:established,to_server; content:"|16 03 02|"; depth:3; content:"|00 0f 00 01 01|"; sid:3;)
RULES
configure_centre "rules: [$scratch/test.rules]"
identity one add tokyo-1 >/dev/null
configure_nginx one
start_nginx
start_collector one proxied
configure_post 8443
printf '%s\n' 'segment: {seconds: 1, kib: 256}' 'answers: {source: 1000, network: 1000}' >>"$TEITEN_SENSOR_CONFIG"
today=$(date -u +%Y-%m-%d)
# number STORE FOLDER COLUMN: of teiten sensors
number() {
	with "$1" --set collect.folder="$scratch/$2" sensors --period "$today" --format csv |
		awk -F, -v name="$3" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "tokyo-1" { print $at[name] }'
}

# --- real clients
for side in "$outside t0 1" "$inside t1 2"; do
	set -- $side
	ip -n "$1" addr add 11.0.0.$3/24 dev "$2"
done
ip -n "$outside" route add 198.51.100.0/24 via 11.0.0.2
ip -n "$outside" neigh add 11.0.0.2 lladdr 02:00:00:00:00:02 dev t0
sed -i 's/{name: tokyo-1,/{name: tokyo-1, mode: reactive,/' "$TEITEN_CONFIG"
ready=answering
start --set mode=reactive
ip netns exec "$outside" tcpdump -i t0 -w "$scratch/wire.pcap" --time-stamp-precision nano -B 65536 net 198.51.100.0/24 >/dev/null 2>"$scratch/dump" &
dump=$!
wait_for "grep -q listening '$scratch/dump'" || fail "tcpdump does not start"
ask_for() {
	out_ timeout 10 "$@" >/dev/null 2>&1
}
ask_for curl -s -m 3 http://198.51.100.20:8080/curl
ask_for curl -s -m 3 -x http://198.51.100.24:3128 http://proxy.example/
ask_for curl -s -m 3 -H 'Content-Type: application/json' 'http://198.51.100.25:9200/_search?pretty' \
	-d '{"size":1,"script_fields":{"x":{"script":"java.lang.Math.class.forName(\"java.lang.Runtime\")"}}}'
# the ClientHello of ssltest.py, as tests/tags_samples.tsv has it
awk -F '\t' '/^heartbleed heartbleed-ssltest/ { print $3; exit }' "$TEITEN_SOURCE/tests/tags_samples.tsv" |
	python3 -c 'import sys
for i, part in enumerate(sys.stdin.read().strip().split("|")):
	sys.stdout.buffer.write(bytes.fromhex(part) if i % 2 else part.encode())' >"$scratch/hello"
ask_for nc -w 2 198.51.100.27 443 <"$scratch/hello"
sleep 1
kill "$dump" && wait "$dump" 2>/dev/null
stop "clients"
start_upload # the last ones
all_sent "clients"
end_daemon upload
load clients one --all >"$scratch/out" || fail "load: $(cat "$scratch/out")"
with file import "$scratch/wire.pcap" >"$scratch/out" 2>&1 || fail "import: $(cat "$scratch/out")"
rows file >"$scratch/file.rows"
same_rows "from the wire and over the line" clients
frames() { # of what tcpdump reads, without times and what it remembers
	tcpdump -ntSxxr "$@" 2>/dev/null
}
for file in "$scratch"/one/archive/tokyo-1/*/*.zst; do zstdcat "$file" | frames - net 198.51.100.0/24; done | sort | sha256sum >"$scratch/frames"
is "each frame, byte by byte" "$(frames "$scratch/wire.pcap" | sort | sha256sum)" "$(cat "$scratch/frames")"
payloads=$(with clients top payload --where 'handshake = yes' --period "$today")
for what in 'GET /curl' 'GET http://proxy.example/' '_search'; do has "first payload" "$what" "$payloads"; done
tags=$(with clients top tag --period "$today" --limit 50)
for tag in heartbleed-ssltest elasticsearch-groovy http-open-proxy-absuri; do has "tag" "$tag" "$tags"; done
signatures=$(with clients top signature --period "$today")
for signature in script proxy heartbeat; do has "signature" "$signature" "$signatures"; done
is "the first payload is whole" "$(od -An -v -tx1 "$scratch/hello" | tr -d ' \n')" \
	"$(echo "SELECT lower(hex(max(bytes))) FROM payload WHERE length = $(wc -c <"$scratch/hello")" | ask clients)"

# --- the process that captures is stopped for eight seconds: read + dropped = sent, and the centre says so
sed -i 's/ mode: reactive,//' "$TEITEN_CONFIG"
ready=capturing
new_box() { # FOLDER
	end_daemon one
	end_daemon "$1"
	mkdir -p "$scratch/$1" && cp -r "$scratch/one/identity" "$scratch/$1/"
	start_collector "$1" proxied
}
new_box stalled
start --set ring.mib=2
kill -STOP "$(pid_of capture)"
send 200000 100000
sleep 6
kill -CONT "$(pid_of capture)"
sleep 1
send 1000 10000
stop "stalled"
start_upload
all_sent "stalled"
end_daemon upload
load stalled stalled --all >"$scratch/out" || fail "load: $(cat "$scratch/out")"
lost=$(number stalled stalled lost_ring)
is "read + dropped = sent" 201000 $(($(packets stalled) + lost))
checks=$((checks + 1))
[ "$lost" -gt 0 ] || fail "nothing was dropped: the test is too weak"
has "metrics" "^teiten_sensor_lost_ring\{sensor=\"tokyo-1\"\} $lost$" "$(with stalled --set collect.folder="$scratch/stalled" sensors --metrics)"
with stalled --lang en report --period "${today%-*}" --no-pdf --output "$scratch/report" >/dev/null 2>&1 || fail "report"
has "report" "Lost: $lost packets in their kernels" "$(tr -d , <"$scratch/report/report.md")"

# --- an outage that is longer than the spool, and a disk that is full: what came and what is told as given up is what was sent
outage() { # NAME SETTING...
	local name=$1
	shift
	end_daemon stalled
	start "$@"
	for _ in 1 2 3 4; do
		send 60000 60000
		sleep 0.5
	done
	sleep 1
	new_box "$name"
	checks=$((checks + 1))
	wait_for "[ -n \"\$(ls '$scratch/$name/inbox/tokyo-1' 2>/dev/null)\" ]" 30 || fail "$name: nothing comes: $(tail -n 2 "$scratch/log")"
	stop "$name"
	start_upload "$@"
	all_sent "$name"
	end_daemon upload
	load "$name" "$name" --all >"$scratch/out" || fail "load: $(cat "$scratch/out")"
	lost=$(number "$name" "$name" lost_ring)
	lost=$((lost + $(number "$name" "$name" lost_spool)))
	is "$name: in the store + given up = sent" 240000 $(($(packets "$name") + lost))
	is "$name: no segment is missing" 0 "$(number "$name" "$name" missing)"
	checks=$((checks + 1))
	[ "$lost" -gt 0 ] || fail "$name: nothing was given up: the test is too weak"
	end_daemon "$name"
}
outage outage --set spool.mib=1
mkdir "$scratch/small"
mount -t tmpfs -o size=1m,mode=777 tmpfs "$scratch/small"
spool=$scratch/small/spool
outage full --set "spool.folder=$spool"
finish
