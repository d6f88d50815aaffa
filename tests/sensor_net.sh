#!/usr/bin/env bash
# teiten-sensor and what a network brings: IPv6, VLAN tags, packets put together by the interface, two sensors that share an
# interface, and an address that is the machine's own. In network namespaces; what is on the wire is judged from the other end.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sensor_lib.sh"
for side in "$outside t0 1" "$inside t1 2"; do
	set -- $side
	ip -n $1 addr add 11.0.0.$3/24 dev $2
	ip -n $1 addr add 2400:11::$3/64 dev $2
done
ip -n "$outside" route add 198.51.100.0/24 via 11.0.0.2
for prefix in 2001:db8::/32 2400:22::/32; do ip -n "$outside" route add $prefix via 2400:11::2; done

knock() {
	out_ python3 "$TEITEN_SOURCE/tests/knock.py" "$@"
}
# answers WHAT EXPECTED...: until it does, as a link and a server need a moment.
answers() {
	local expected=$1
	shift
	for _ in $(seq 30); do [ "$(knock "$@")" = "$expected" ] && return; done
	fail "$*: no $expected"
}

# --- IPv6: prefixes of any length, and no others; the kernel is silent for them, and goes on for the machine's own address
configure '198.51.100.0/24, "2001:db8:5::/64", "2001:db8:40::/42", "2001:db8:7:8::9"'
answers answer ping 2400:11::2
start
watch "$scratch/six"
ip -n "$outside" neigh flush dev t0
for address in 2001:db8:5:: 2001:db8:5:0:ffff:ffff:ffff:ffff 2001:db8:40:: 2001:db8:7f:ffff::1 2001:db8:7:8::9; do
	is "IPv6: the kernel is silent for $address" "silent silent" "$(knock ping $address) $(knock tcp $address 80)"
done
is "IPv6: to datagrams, too" silent "$(knock udp 2001:db8:5::80 53)"
for address in 2001:db8:5:1:: 2001:db8:4:ffff::1 2001:db8:3f:ffff::1 2001:db8:80:: 2001:db8:7:8::8; do knock ping $address >/dev/null & done
is "the machine's own address can be found and answers" "answer closed" "$(knock ping 2400:11::2) $(knock tcp 2400:11::2 80)"
seen
stop "IPv6"
ours='dst net 2001:db8:5::/64 or dst net 2001:db8:40::/42 or dst host 2001:db8:7:8::9'
theirs='src net 2001:db8:5::/64 or src net 2001:db8:40::/42 or src host 2001:db8:7:8::9'
sent=$(count "$scratch/six" "$ours")
checks=$((checks + 1))
[ "$sent" -ge 11 ] || fail "only $sent packets were sent: the test is too weak"
is "IPv6: what was sent to the prefixes is in the segments" "$sent" "$(packets "$spool" "$ours")"
others=$(count "$scratch/six" 'dst net 2001:db8::/32 and not (dst net 2001:db8:5::/64 or dst net 2001:db8:40::/42 or dst host 2001:db8:7:8::9)')
is "IPv6: and nothing of what was sent to others" "$sent 5" "$(packets "$spool") $others"
is "nothing answers for them" 0 "$(count "$scratch/six" "$theirs")"
# an ICMPv6 error holds the packet that it is about: 40 bytes of IPv6, 8 of ICMPv6, then its destination 24 bytes further on
is "nor does the machine say that they cannot be reached" 0 \
	"$(count "$scratch/six" 'src host 2400:11::2 and icmp6 and ip6[40] < 128 and (ip6[72:4] = 0x20010db8 and ip6[76:4] = 0x00050000)')"
rm -rf "$spool"

# --- VLAN tags: the kernel takes them out of the frame, the segment has them again; answers have them too
configure '198.51.100.0/24'
start
out_ python3 "$TEITEN_SOURCE/tests/vlan_client.py" t0 198.51.100.9
watch "$scratch/vlan"
out_ python3 "$TEITEN_SOURCE/tests/vlan_client.py" t0 198.51.100.9
seen
stop "VLAN"
is "VLAN: tagged frames are in the segments with their tag, and no others" "6 6" \
	"$(packets "$spool" 'vlan 7 and dst host 198.51.100.9') $(packets "$spool")"
is "VLAN: nothing answers" "3 0" "$(count "$scratch/vlan" 'vlan 7 and dst host 198.51.100.9') $(count "$scratch/vlan" 'vlan 7 and src host 198.51.100.9')"
take_in "$spool"
has "VLAN: they are accesses" "6 frames, 6 accesses" "$(cat "$scratch/import")"
rm -rf "$spool"
configure '198.51.100.0/24' 'mode: reactive'
ready=answering start
watch "$scratch/vlan"
out_ python3 "$TEITEN_SOURCE/tests/vlan_client.py" t0 198.51.100.9 tagged
seen
stop "VLAN, reactive"
is "VLAN: an answer has the tag of what it answers" 2 "$(count "$scratch/vlan" 'vlan 7 and src host 198.51.100.9 and tcp')"
is "VLAN: and the first payload comes" 1 "$(packets "$spool" 'vlan 7 and dst host 198.51.100.9 and tcp[13] & 8 != 0')"
rm -rf "$spool"

# --- an interface that puts packets together: said at the start, counted
configure '198.51.100.0/24'
in_ ethtool -K t1 gro on >/dev/null
start
has "GRO is warned of" "ethtool -K t1 gro off lro off" "$(cat "$scratch/log")"
send -g 16 64
sleep 1
stop "GRO"
has "packets put together are counted" '"merged": ?[1-9]' "$(cat "$spool/status.json")"
in_ ethtool -K t1 gro off >/dev/null
rm -rf "$spool"
start
is "without GRO nothing is said" 0 "$(grep -c ethtool "$scratch/log")"
stop "no GRO"
rm -rf "$spool"

# --- two sensors share the packets of an interface: together they have all, neither has all
start --set ring.fanout=7
first=$pid
start --set ring.fanout=7 --set silence=off --set "spool.folder=$spool-2"
send 20000 20000
sleep 1
stop "the second of two"
pid=$first
stop "the first of two"
one=$(packets "$spool") two=$(packets "$spool-2")
is "fanout: both have all" 20000 "$((one + two))"
checks=$((checks + 1))
[ "$one" -gt 2000 ] && [ "$two" -gt 2000 ] || fail "fanout: $one and $two packets are no sharing"
is "fanout: and their counters add up" 20000 "$(cat "$spool/status.json" "$spool-2/status.json" | grep -oE '"ring_heard": ?[0-9]+' | awk -F: '{ sum += $2 } END { print sum }')"
rm -rf "$spool" "$spool-2"

# --- the machine's own address: what accept names comes through, all else meets silence and is captured
ip -n "$outside" addr add 11.0.0.3/24 dev t0
for port in 22 80; do
	ip netns exec "$inside" python3 -m http.server --bind :: $port >/dev/null 2>&1 &
	disown
	answers open tcp 11.0.0.2 $port
done
is "without silence: port 81 says that it is closed" closed "$(knock tcp 11.0.0.2 81)"
configure '11.0.0.2, "2400:11::2"' 'silence: host' 'accept:' \
	'  - {protocol: tcp, port: 22, from: 11.0.0.1}' '  - {protocol: tcp, port: 22, from: "2400:11::/64"}' '  - {protocol: udp, from: 11.0.0.1, from_port: 53}'
start
watch "$scratch/host"
ip -n "$outside" neigh flush dev t0
is "host: the management port can be reached" "open open" "$(knock tcp 11.0.0.2 22 11.0.0.1) $(knock tcp 2400:11::2 22)"
is "host: but not from elsewhere" silent "$(knock tcp 11.0.0.2 22 11.0.0.3)"
for address in 11.0.0.2 2400:11::2; do
	is "host: $address, no other port, no ping" "silent silent silent silent" \
		"$(knock tcp $address 80) $(knock tcp $address 81) $(knock udp $address 9) $(knock ping $address)"
done
is "host: an answer of the name server reaches the machine, which says that nobody asked" closed "$(knock udp 11.0.0.2 9 11.0.0.1 53)"
seen
is "host: nothing else leaves but who the machine is" 0 \
	"$(count "$scratch/host" '(src host 11.0.0.2 and not arp and not tcp src port 22 and not icmp[0] = 3) or (src host 2400:11::2 and not (icmp6 and (ip6[40] = 135 or ip6[40] = 136)) and not (ip6[6] = 6 and ip6[40:2] = 22))')"
stop "host"
has "host: other ports are captured" "^[1-9]" "$(packets "$spool" 'tcp dst port 80')"
is "host: the rules go with the sensor" "" "$(in_ nft list ruleset)"
is "host: and port 80 is open again" open "$(knock tcp 11.0.0.2 80)"

# --- kill -9 of everything: silence stays until the next start, which sets its own rules once, whatever they are now
start
pgrep -P "$pid" | xargs kill -9 "$pid"
wait "$pid" 2>/dev/null
is "kill -9: still silent" "open silent" "$(knock tcp 11.0.0.2 22 11.0.0.1) $(knock tcp 11.0.0.2 80)"
start
is "kill -9: the next start has the rules once" 1 "$(in_ nft list ruleset | grep -c 'chain silence')"
pgrep -P "$pid" | xargs kill -9 "$pid"
wait "$pid" 2>/dev/null
configure '198.51.100.0/24'
start
is "kill -9: with other settings, the new rules alone" "1 0" "$(in_ nft list ruleset | grep -c 'netdev teiten_t1') $(in_ nft list ruleset | grep -c 'inet teiten_t1')"
stop "after kill -9"
is "kill -9: nothing stays behind an orderly end" "" "$(in_ nft list ruleset)"
finish
