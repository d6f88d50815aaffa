#!/usr/bin/env bash
# teiten-sensor in mode reactive against real clients, in network namespaces of its own: each first payload arrives whole, on
# any port, and nothing but our answers leaves, never more than came in.
. "$(dirname "$0")/lib.sh"
for tool in curl openssl nc nmap masscan zmap tcpdump nft zstdcat; do
	command -v $tool >/dev/null || skip "needs $tool (scripts/install check)"
done
. "$(dirname "$0")/sensor_lib.sh"
# The clients' address must be one that can be on the Internet; all prefixes are routed to the sensor's side.
for side in "$outside t0 1" "$inside t1 2"; do
	set -- $side
	ip -n $1 addr add 11.0.0.$3/24 dev $2
	ip -n $1 addr add 2400:11::$3/64 dev $2
done
ip -n "$outside" route add 198.51.100.0/24 via 11.0.0.2
ip -n "$outside" route add 2400:22::/64 via 2400:11::2
ip -n "$outside" neigh add 11.0.0.2 lladdr 02:00:00:00:00:02 dev t0
ip -n "$outside" neigh add 2400:11::2 lladdr 02:00:00:00:00:02 dev t0
configure '198.51.100.0/24, "2400:22::/64"' 'mode: reactive' 'answers: {source: 100000, network: 100000, total: 100000}'
sed -i 's/{name: tokyo-1,/{name: tokyo-1, mode: reactive,/' "$TEITEN_CONFIG"
ready=answering

ask() {
	out_ timeout 20 "$@" >/dev/null 2>&1 </dev/null
}
# bytes DUMP FILTER: of their frames
bytes() {
	tcpdump -nnte -r "$1" "$2" 2>/dev/null | grep -oE 'length [0-9]+: ' | awk '{ sum += $2 } END { print sum + 0 }'
}

# --- real clients, one after the other, each on a port of its own
start
watch "$scratch/wire.pcap" ip or ip6
ask curl -s -m 3 http://198.51.100.20:8080/curl
ask curl -s -m 3 -g 'http://[2400:22::20]:8081/six'
ask curl -sk -m 3 https://198.51.100.21:8443/
ask openssl s_client -connect 198.51.100.22:4433 -servername teiten.example
out_ timeout 5 nc -w 2 198.51.100.23 23 >/dev/null 2>&1 <<<"root"
ask curl -s -m 3 -x http://198.51.100.24:3128 http://proxy.example/
ask curl -s -m 3 -H 'Content-Type: application/json' 'http://198.51.100.25:9200/_search?pretty' \
	-d '{"size":1,"script_fields":{"x":{"script":"java.lang.Math.class.forName(\"java.lang.Runtime\")"}}}'
head -c 6000 /dev/zero | tr '\0' x >"$scratch/post"
ask curl -s -m 3 --data-binary @"$scratch/post" http://198.51.100.26:8000/long
# the ClientHello of ssltest.py, as tests/tags_samples.tsv has it
awk -F '\t' '/^heartbleed heartbleed-ssltest/ { print $3; exit }' "$TEITEN_SOURCE/tests/tags_samples.tsv" |
	python3 -c 'import sys
for i, part in enumerate(sys.stdin.read().strip().split("|")):
	sys.stdout.buffer.write(bytes.fromhex(part) if i % 2 else part.encode())' >"$scratch/hello"
out_ timeout 5 nc -w 2 198.51.100.27 443 >/dev/null 2>&1 <"$scratch/hello"
ask nmap -Pn -n -sV --version-intensity 2 -p 2222 --host-timeout 15s 198.51.100.28
# It sends a payload only to ports that it knows, two seconds after the handshake, and looks at its clock only when packets
# arrive (its libpcap waits without end): so some must.
out_ bash -c 'for i in $(seq 150); do echo >/dev/udp/11.0.0.2/9; sleep 0.1; done' 2>/dev/null &
ask masscan 198.51.100.32/29 -p 80,443 --banners --wait 8 --rate 100 --interface t0 --adapter-ip 11.0.0.77 \
	--adapter-mac 02-00-00-00-00-01 --router-mac 02-00-00-00-00-02
ask zmap -p 5900 -i t0 -G 02:00:00:00:00:02 -S 11.0.0.1 -c 2 -r 200 -b /dev/null -o "$scratch/zmap" 198.51.100.64/28
sleep 2
seen
stop "clients"
log=$(tail -n 20 "$scratch/log")

in=$(bytes "$scratch/wire.pcap" 'dst net 198.51.100.0/24 or dst net 2400:22::/64')
out=$(bytes "$scratch/wire.pcap" 'src net 198.51.100.0/24 or src net 2400:22::/64')
checks=$((checks + 2))
[ "$out" -gt 0 ] || fail "nothing was answered: $log"
[ "$out" -le "$in" ] || fail "$out bytes out, $in in"
has "what became of what was heard" 'state=answering .*sent_syn_ack=[0-9]+' "$log"
is "resets on the wire are those that we count, and none the kernel's" \
	"$(grep -oE 'sent_reset=[0-9]+' <<<"$log" | tail -n 1 | cut -d= -f2)" \
	"$(count "$scratch/wire.pcap" '(src net 198.51.100.0/24 and tcp[13] & 4 != 0) or (ip6 and src net 2400:22::/64 and ip6[53] & 4 != 0)')"
is "zmap finds all addresses" 16 "$(sort -u "$scratch/zmap" | grep -c 198.51.100)"

# payload FILTER: bytes of TCP payload, of a capture on standard input
payload() {
	tcpdump -nr - "$1" 2>/dev/null | grep -oE 'length [0-9]+' | awk '{ sum += $2 } END { print sum + 0 }'
}
is "a payload of three segments is complete, as it was sent" "yes $(payload 'dst host 198.51.100.26' <"$scratch/wire.pcap")" \
	"$([ "$(payload 'dst host 198.51.100.26' <"$scratch/wire.pcap")" -gt 6000 ] && echo yes) $(for file in "$spool"/out/*; do zstdcat "$file" | payload 'dst host 198.51.100.26'; done | awk '{ sum += $1 } END { print sum }')"

# --- at the centre, which has signatures, too
cat >"$scratch/test.rules" <<'END'
alert http any any -> any any (msg:"TEST curl"; http.uri; content:"/curl"; sid:1;)
alert tcp any any -> any 9200 (msg:"TEST elasticsearch"; flow:established,to_server; content:"java.lang.Runtime"; sid:2;)
alert tls any any -> any any (msg:"TEST name"; tls.sni; content:"teiten.example"; sid:3;)
END
echo "rules: [$scratch/test.rules]" >>"$TEITEN_CONFIG"
"$teiten" import "$spool/out" >"$scratch/import" 2>&1 || fail "import: $(tail -n 1 "$scratch/import")"
top() {
	"$teiten" top "$@" --period "$today" --limit 100 2>&1
}
today=$(date -u +%Y-%m-%d)
payloads=$(top payload --where 'handshake = yes')
for what in 'GET /curl' 'GET /six' 'TLS.*SNI teiten.example' 'root' 'GET http://proxy.example/' '_search' 'POST /long'; do
	has "first payload after a handshake" "$what" "$payloads"
done
tags=$(top tag)
for tag in heartbleed-ssltest elasticsearch-groovy http-open-proxy-absuri masscan-syn zmap-syn nmap-syn; do
	has "tag" "$tag" "$tags"
done
signatures=$(top signature)
for what in curl elasticsearch name; do
	has "signature" "TEST $what" "$signatures"
done
services=$(top service --where 'handshake = yes')
is "masscan: its requests after a handshake, of 8 addresses and 2 ports" "8 8" \
	"$(packets "$spool" 'src host 11.0.0.77 and dst port 80 and tcp[13] & 8 != 0') $(packets "$spool" 'src host 11.0.0.77 and dst port 443 and tcp[13] & 8 != 0')"
for service in 80 8080 8081 8443 4433 23 3128 9200 8000 443 2222; do
	has "handshakes on any port" "(^|[^0-9])$service/TCP" "$services"
done
finish
