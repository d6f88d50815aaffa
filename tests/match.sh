#!/bin/bash
# teiten match: alerts as JSON lines or as counts, what it says of rules it cannot use, and its exit status.
. "$TEITEN_SOURCE/tests/lib.sh"

# A client's handshake, a request in two segments that come in the wrong order, the answer; then a DNS question over UDP.
python3 - "$scratch" <<'EOF'
import struct, sys

folder = sys.argv[1]
CLIENT, SERVER = bytes([203, 0, 113, 5]), bytes([198, 51, 100, 1])

def ip(src, dst, protocol, body):
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0, src, dst) + body

def tcp(to_server, seq, ack, flags, data=b""):
    ports = (40000, 80) if to_server else (80, 40000)
    ends = (CLIENT, SERVER) if to_server else (SERVER, CLIENT)
    return ip(*ends, 6, struct.pack(">HHIIBBHHH", *ports, seq, ack, 0x50, flags, 1024, 0, 0) + data)

def write(name, packets):
    with open(f"{folder}/{name}", "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
        for i, packet in enumerate(packets):
            f.write(struct.pack("<IIII", 1700000000 + i, 500000, len(packet), len(packet)) + packet)

question = b"\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01"
conversation = [
    tcp(True, 99, 0, 2), tcp(False, 499, 100, 18), tcp(True, 100, 500, 16),
    tcp(True, 109, 500, 24, b"evil HTTP/1.1\r\nHost: example.com\r\n\r\n"), tcp(True, 100, 500, 24, b"GET /the/"),
    tcp(False, 500, 145, 16), tcp(False, 500, 145, 24, b"HTTP/1.1 404 no\r\n\r\n"), tcp(True, 145, 519, 17),
]
write("talk.pcap", conversation)
write("one.pcap", [p for p in conversation if p[12:16] == CLIENT])
write("dns.pcap", [ip(CLIENT, SERVER, 17, struct.pack(">HHHH", 5000, 53, 8 + len(question), 0) + question)])
answer = b"\x00\x01\x81\x80" + question[4:]
write("answer.pcap", [ip(SERVER, CLIENT, 17, struct.pack(">HHHH", 53, 5000, 8 + len(answer), 0) + answer)])
datagram = struct.pack(">HHHH", 7, 9, 8 + 32, 0) + b"x" * 15 + b"needle" + b"x" * 11
write("pieces.pcap", [struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(part), 7, flags, 64, 17, 0, CLIENT, SERVER) + part
                      for flags, part in ((0x2000, datagram[:24]), (3, datagram[24:]))])
write("noise.pcap", [bytes(40)])
EOF

cat >"$scratch/a.rules" <<'EOF'
alert http any any -> $HOME_NET any (msg:"evil \"path\""; flow:established,to_server; http.uri; content:"/the/evil"; classtype:web-application-attack; sid:10; rev:3;)
alert tcp any any -> any any (content:"GET /the/evil"; sid:9;)
alert tcp-pkt any any -> any any (content:"evil HTTP"; sid:8;)
alert udp any any -> any 53 (dns.query; content:"example.com"; sid:7;)
EOF
cat >"$scratch/b.rules" <<'EOF'
alert http any any -> any any (file_data; content:"x"; sid:20;)
EOF
echo '{"HOME_NET": "198.51.100.0/24"}' >"$scratch/vars.json"
rules="--rules $scratch/a.rules"

said=$("$teiten" match $rules --summary "$scratch/talk.pcap" "$scratch/dns.pcap")
is "counts, ascending by sid" "$(printf '7\t1\n8\t1\n9\t1\n10\t1')" "$said"
said=$("$teiten" match $rules --vars "$scratch/vars.json" "$scratch/talk.pcap")
line=$(grep '"sid":10,' <<<"$said")
has "rule" '"sid":10,"gid":1,"rev":3,"msg":"evil \\"path\\"","category":"[A-Za-z]+","classtype":"web-application-attack","priority":1' "$line"
has "packet and its headers" '"packet":8,.*"protocol":"TCP","src":"203.0.113.5","sport":40000,"dst":"198.51.100.1","dport":80,"direction":"to_server"' "$line"
has "time" '"time":"2023-11-14T22:13:27.500000000' "$(TZ=UTC "$teiten" match $rules "$scratch/talk.pcap")"
has "bytes in order" "\"payload\":\"$(printf 'GET /the/evil HTTP' | base64)" "$line"
echo '{"HOME_NET": "192.0.2.0/24"}' >"$scratch/vars.json"
is "variables" "" "$("$teiten" match $rules --vars "$scratch/vars.json" "$scratch/talk.pcap" | grep '"sid":10,')"

# Captures with one direction only.
is "one direction" "8	1" "$("$teiten" match $rules --summary "$scratch/one.pcap")"
is "one direction, at once" "$(printf '8\t1\n9\t1\n10\t1')" "$("$teiten" match $rules --at-once --summary "$scratch/one.pcap")"

echo 'suppress gen_id 1, sig_id 9, track by_src, ip 203.0.113.0/24' >"$scratch/suppress"
is "suppressed" "$(printf '8\t1\n10\t1')" "$("$teiten" match $rules --suppress "$scratch/suppress" --summary "$scratch/talk.pcap")"

# Who sends an answer first is the server all the same; what is no IP packet is nobody's.
cat >"$scratch/c.rules" <<'EOF'
alert dns any any -> any any (dns.opcode:0; flow:to_client; sid:30;)
alert dns any any -> any any (dns.opcode:0; flow:to_server; sid:31;)
alert ip any any -> any any (sid:32;)
EOF
is "answer first" "$(printf '30\t1\n32\t1')" "$("$teiten" match --rules "$scratch/c.rules" --summary "$scratch/answer.pcap")"
is "no IP" "" "$("$teiten" match --rules "$scratch/c.rules" --summary "$scratch/noise.pcap")"

# Fragments are packets without ports, of no conversation; what they make is a packet of its own.
cat >"$scratch/d.rules" <<'EOF'
alert udp any any -> any 9 (content:"needle"; sid:40;)
alert udp any any -> any any (content:"needle"; flow:only_frag; sid:41;)
alert ip any any -> any any (flow:to_client; content:"x"; sid:42;)
EOF
is "fragments" "$(printf '40\t1\n41\t1')" "$("$teiten" match --rules "$scratch/d.rules" --summary "$scratch/pieces.pcap")"

# A rule that needs what is not here is told of and is no failure; a malformed one is.
said=$("$teiten" match $rules --rules "$scratch/b.rules" --summary "$scratch/dns.pcap" 2>"$scratch/err")
is "exit status, not supported" 0 $?
is "the other rules match" "7	1" "$said"
has "refused rule" "b.rules:1: sid 20: not supported" "$(cat "$scratch/err")"
echo 'alert tcp any any -> any any (content:"|4|"; sid:21;)' >"$scratch/b.rules"
said=$("$teiten" match $rules --rules "$scratch/b.rules" --summary "$scratch/dns.pcap" 2>"$scratch/err")
is "exit status, malformed" 1 $?
is "the other rules match all the same" "7	1" "$said"
has "malformed rule" "b.rules:1: sid 21: malformed" "$(cat "$scratch/err")"

refused "no rules" 2 '--rules FILE is missing' "$teiten" match "$scratch/dns.pcap"
refused "no capture" 2 'name a capture' "$teiten" match $rules
refused "dialect" 2 'suricata or snort' "$teiten" match $rules --dialect zeek "$scratch/dns.pcap"
refused "no such file of rules" 1 'nothing.rules' "$teiten" match --rules "$scratch/nothing.rules" "$scratch/dns.pcap"
refused "no such capture" 1 'nothing.pcap' "$teiten" match $rules "$scratch/nothing.pcap"
finish
