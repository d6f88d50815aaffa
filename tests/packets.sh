#!/usr/bin/env bash
# The raw packets behind a number: as many as the number says, without a sensor address unless asked for, checksums right.
. "$(dirname "$0")/lib.sh"
sample=$scratch/sample
"$teiten" synth "$TEITEN_SOURCE/share/sample-month.yaml" -o "$sample" >/dev/null || fail "synth"
export TEITEN_CONFIG=$sample/teiten.yaml
run="$teiten --set store=$scratch/store --set engine.idle_s=5"
$run import "$sample"/captures/osaka-1-2009-0* "$sample"/captures/naha-1-2009-08* >/dev/null || fail "import"

number() { # the accesses of a filter, as `top` counts them
	$run top class --period 2009-08 --where "$1" --format json | python3 -c 'import json,sys; print(json.load(sys.stdin)["total"]["packets"])'
}

frames() {
	tcpdump -nr "$1" --count 2>/dev/null | grep -oE '^[0-9]+'
}

n=0
for where in 'service = 445/TCP' 'service = 53/UDP' 'class = backscatter' 'country in (CN, RU) and not service = 445/TCP' \
	'ttl <= 64 and sport >= 1024' 'source in 1.0.0.0/8 or hour in (3, 4)' 'sensor = naha-1' 'tool = mirai'; do
	n=$((n + 1))
	$run packets --period 2009-08 --where "$where" -w "$scratch/$n.pcapng" 2>/dev/null || fail "packets $where"
	# more than one link type stands in some: our own reader counts those
	is "packets where $where" "$(number "$where")" \
		"$($teiten --set store="$scratch/again" --set engine.idle_s=5 import --sensor "again-$n" --no-archive "$scratch/$n.pcapng" 2>/dev/null | grep -oE '[0-9]+ frames' | grep -oE '[0-9]+')"
done

$run packets --where 'sensor = osaka-1' --limit 3000 -w "$scratch/osaka.pcapng" 2>/dev/null || fail "packets of osaka-1"
$run packets --where 'sensor = osaka-1' --limit 3000 --reveal -w "$scratch/revealed.pcapng" 2>/dev/null || fail "packets --reveal"
is "--limit" 3000 "$(frames "$scratch/osaka.pcapng")"
python3 - "$scratch/osaka.pcapng" "$scratch/revealed.pcapng" <<'EOF' || fail "sensor addresses in the packets"
import ipaddress
import sys
anonymous, revealed = (open(name, "rb").read() for name in sys.argv[1:3])
sensors = [*ipaddress.ip_network("192.0.2.130/31"), *ipaddress.ip_network("203.0.113.200/31")]
for address in sensors:
    for form in (address.packed, str(address).encode()):
        if form in anonymous:
            sys.exit(f"{form} stands in the anonymised packets")
if not any(address.packed in revealed for address in sensors):
    sys.exit("no sensor address with --reveal")
EOF
checks=$((checks + 1))
wrong() {
	tcpdump -vv -nr "$1" 2>/dev/null | grep -cE 'incorrect|bad.*cksum|wrong'
}
is "checksums that are wrong" "$(wrong "$scratch/revealed.pcapng")" "$(wrong "$scratch/osaka.pcapng")"
is "the same address each time" "$($run packets --limit 50 -w - 2>/dev/null | sha256sum)" "$($run packets --limit 50 -w - 2>/dev/null | sha256sum)"

# Real captures: what was right stays right, also where source and destination are one, or an ICMP error quotes a packet.
for capture in zeek__Teredo.pcap PcapPlusPlus__sll.pcap arkime__socks-http-example.pcap PcapPlusPlus__null_loopback.pcap \
	zeek__icmp-destunreach-udp.pcap tcpdump__mpls-traceroute.pcap zeek__ntpmode67.pcap tcpdump__LINKTYPE_RAW_ipv6.pcap; do
	[ -f "$TEITEN_DATA/captures/$capture" ] || { echo "skipped: no $capture"; continue; }
	sensor=${capture//[^A-Za-z0-9]/-}
	$run import --sensor "$sensor" "$TEITEN_DATA/captures/$capture" >/dev/null || fail "import $capture"
	$run packets --where "sensor = $sensor" -w "$scratch/anonymous" 2>/dev/null || fail "packets of $capture"
	$run packets --where "sensor = $sensor" --reveal -w "$scratch/revealed" 2>/dev/null || fail "packets --reveal of $capture"
	is "$capture: frames" "$(frames "$scratch/revealed")" "$(frames "$scratch/anonymous")"
	is "$capture: checksums that are wrong" "$(wrong "$scratch/revealed")" "$(wrong "$scratch/anonymous")"
	checks=$((checks + 1))
	cmp -s "$scratch/revealed" "$scratch/anonymous" && fail "$capture: nothing anonymised"
done

refused "no file" 2 "-w" $run packets
refused "a bad filter" 2 "servce" $run packets --where 'servce = 1' -w "$scratch/none.pcapng"
refused "a folder that is not there" 1 "nowhere" $run packets -w "$scratch/nowhere/x.pcapng"
is "nothing written" "" "$(ls "$scratch"/none* 2>/dev/null)"
finish
