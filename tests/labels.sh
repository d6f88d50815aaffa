#!/usr/bin/env bash
# What accesses are: tags of headers, texts of SYNs, verdicts on sources, groups of sources; counted with a store and without.
. "$(dirname "$0")/lib.sh"
run="$teiten --set store=$scratch/store --set timezone=UTC --set engine.idle_s=5"

# keys DIMENSION ARGUMENT...: each key with its accesses and sources
keys() {
	$run top "$@" --period 2023-11-14 --limit all --format csv | tail -n +2 | cut -d, -f1-3 | tr -d "'\"" | sort
}

# SYNs as lines: source, destination's last byte, port, sequence number (- is masscan's fold, = Mirai's), window, TTL
python3 - "$scratch/syns.pcap" "$scratch/scans.pcap" <<-'PYTHON' || fail "capture"
	import socket, struct, sys

	def syn(source, last, port, seq, ip_id, window, ttl, options=b"", fragment=0):
	    dst = 0xC6336400 + last
	    header = struct.pack("!HHIIBBHHH", 40000, port, seq, 0, (20 + len(options)) // 4 << 4, 2, window, 0, 0) + options
	    ip = struct.pack("!BBHHHBBH4sI", 0x45, 0, 20 + len(header), ip_id, fragment, ttl, 6, 0, socket.inet_aton(source), dst)
	    return ip + header

	def fold(last, port, seq):
	    return (0xC6336400 + last ^ port ^ seq) & 0xFFFF

	frames = []
	for i in range(4):  # Mirai
	    frames.append(syn("1.2.3.4", i, 23, 0xC6336400 + i, 7, 5000, 50))
	for i in range(6):  # masscan
	    frames.append(syn("1.2.3.5", i, 80 + i, 99 + i, fold(i, 80 + i, 99 + i), 1024, 240))
	frames.append(syn("1.2.3.6", 1, 80, 5, fold(1, 80, 5), 64240, 50))  # one by chance
	frames.append(syn("1.2.3.7", 1, 443, 5, fold(1, 443, 5), 64240, 50))  # two of five
	frames.append(syn("1.2.3.7", 2, 443, 5, fold(2, 443, 5), 64240, 50))
	for i in range(3):
	    frames.append(syn("1.2.3.7", 3 + i, 443, 5, 1, 64240, 50))
	frames.append(syn("1.2.3.8", 1, 443, 5, 54321, 65535, 240))  # ZMap of old, one
	windows = bytes.fromhex("020405b40103030801010402")
	frames.append(syn("1.2.3.9", 1, 443, 5, 1, 65535, 50, windows))  # ZMap of today
	def write(name, time, frames):
	    with open(name, "wb") as out:
	        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 228))
	        for i, frame in enumerate(frames):
	            out.write(struct.pack("<IIII", time + i, 0, len(frame), len(frame)) + frame)

	write(sys.argv[1], 1700000000, frames)
	scans = []  # ZMap of old: source, hits, SYNs; both sides of each limit
	for source, hits, syns in ("2.0.0.1", 10, 11), ("2.0.0.2", 9, 9), ("2.0.0.3", 10, 12), ("2.0.0.4", 2, 4), ("2.0.0.5", 2, 5), ("2.0.0.6", 1, 1):
	    for i in range(syns):
	        scans.append(syn(source, i, 443, 5, 54321 if i < hits else 1, 65535, 240))
	write(sys.argv[2], 1700200000, scans)
PYTHON
cat >"$TEITEN_CONFIG" <<-CONFIG
	sensors:
	  - {name: tokyo-1, addresses: [198.51.100.0/24]}
CONFIG
$run import "$scratch/syns.pcap" "$scratch/scans.pcap" >/dev/null || fail "import"

is "tags of packets" '-,3,1
masscan-syn,9,3
mirai-syn,4,1
stack-contradiction,1,1
zmap-syn,1,1
zmap411-syn,1,1' "$(keys tag)"
is "all together count once" 18 "$($run top tag --period 2023-11-14 --format json | grep -oE '"total":\{"packets":[0-9]+' | grep -oE '[0-9]+$')"
has "and the table says so" 'several tags' "$($run top tag --period 2023-11-14)"
is "verdicts on sources" '-,3,1
masscan-candidate,3,2
masscan-likely,6,1
mirai,4,1
zmap,1,1
zmap-candidate,1,1' "$(keys verdict)"
is "tools of packets" '-,4,2
masscan,9,3
mirai,4,1
zmap,1,1' "$(keys tool)"
has "a table marks candidates and points to the verdicts" 'masscan \(candidate\) .*candidate: one packet in 65,536.*top verdict' "$($run top tool --period 2023-11-14 | tr '\n' ' ')"
has "of tags, too" ' zmap-syn \(candidate\) ' "$($run top tag --period 2023-11-14)"
has "in Japanese" ' zmap （候補） ' "$($run --lang ja top tool --period 2023-11-14)"
is "what stands alone is none" "" "$($run top tag --period 2023-11-14 | grep -E 'mirai|zmap411' | grep candidate)"
csv() { $run "$@" --period 2023-11-14 --format csv; }
is "CSV says it in the column approximate" "masscan candidate,zmap candidate" "$(csv top tool | tail -n +2 | awk -F, '/candidate/ { print $1, $NF }' | sort | paste -sd,)"
is "so do series" "masscan,zmap" "$(csv trend tool | grep 'candidate$' | cut -d, -f1 | sort -u | paste -sd,)"
is "and pairs" "masscan-syn,zmap-syn" "$(csv cross service tag | grep 'candidate$' | cut -d, -f2 | sort -u | paste -sd,)"
has "JSON of ranks" '"key":"zmap","packets":1,.*"candidate":true' "$($run top tool --period 2023-11-14 --format json)"
has "of series" '"key":"mirai","candidate":false' "$($run trend tool --period 2023-11-14 --format json)"
has "of pairs" '"key":"zmap-syn","candidate":true' "$($run cross tag service --period 2023-11-14 --format json)"
for filter in 'tool = zmap' 'tag = zmap' 'not tool in (mirai, masscan)'; do
	has "a filter of candidates says so: $filter" '^candidates: this filter' "$($run top service --period 2023-11-14 --where "$filter")"
	has "JSON, too" '"approximate":\{.*"candidates":true' "$($run top service --period 2023-11-14 --where "$filter" --format json)"
done
is "one of what stands alone does not" "" "$($run top service --period 2023-11-14 --where 'tool = mirai or verdict = zmap' | grep candidate)"
$run report --period 2023-11 --where 'tool = zmap' --lang en --no-pdf --output "$scratch/report" >/dev/null || fail "report"
has "nor does a report keep it for itself" 'about single packets, of which one in 65,536' "$(cat "$scratch/report/report.md")"
is "ten of eleven; nine; ten of twelve; two of four; two of five; one" 'zmap,10,1
zmap-candidate,3,2
zmap-likely,21,3' "$($run top verdict --period 2023-11-17 --format csv | tail -n +2 | cut -d, -f1-3 | grep zmap | sort)"
is "all SYNs judge, also those that are not counted" 'zmap-candidate,2,1' "$($run top verdict --period 2023-11-17 --where 'source = 2.0.0.5 and tool = zmap' --format csv | tail -n +2 | cut -d, -f1-3)"
is "a filter of a verdict" 80/TCP,1,1 "$(keys service --where 'verdict = masscan-likely' | head -1)"
is "a filter of tags" '443/TCP,2,2' "$(keys service --where 'tag in (zmap-syn, zmap411-syn)')"
is "not a tag" '443/TCP,7,3
80/TCP,2,2
81/TCP,1,1
82/TCP,1,1
83/TCP,1,1
84/TCP,1,1
85/TCP,1,1' "$(keys service --where 'not tag = mirai-syn')"
is "the same by its short name" "$(keys service --where 'not tag = mirai-syn')" "$(keys service --where 'not tag = mirai')"
is "texts of SYNs with their window" '1024_00_00_00,6,1
5000_00_00_00,4,1
64240_00_00_00,6,2
65535_00_00_00,1,1
65535_2-1-3-1-1-4_1460_8,1,1' "$(keys tcp_opts)"
is "a text of a SYN in a filter" '443/TCP,1,1' "$(keys service --where 'tcp_opts = 2-1-3-1-1-4_1460_8')"
is "hops" '14,11,4
15,7,2' "$(keys hops)"
is "handshake" 'no,18,6' "$(keys handshake)"
has "a trend of tags" 'mirai-syn' "$($run trend tag --period 2023-11-14)"
has "tags by service" 'masscan-syn,80/TCP,2' "$($run cross tag service --period 2023-11-14 --format csv)"
has "a trend of verdicts" 'masscan-candidate' "$($run trend verdict --period 2023-11-14)"
refused "a tag that is none" 2 "no tag" $run top service --where 'tag = "Two Words"'
refused "a verdict that is none" 2 "masscan-candidate" $run top service --where 'verdict = nobody'
has "without a store all verdicts of 16 bits are candidates" 'masscan-candidate,9,3' "$($run import --no-store --top verdict --format csv "$scratch/syns.pcap" 2>/dev/null)"

# --- groups of sources ---
printf 'create KNOWN hash:net\nadd KNOWN 1.2.3.8\n' >"$scratch/known.ipset"
printf 'name,prefix,valid_from,valid_to\n古い,1.2.3.4/32,2010-01-01,2010-12-31\nnow,1.2.3.4/32,2023-11-14,2023-11-14\n' >"$scratch/list.csv"
cat >>"$TEITEN_CONFIG" <<-CONFIG
	groups:
	  - {name: University, prefixes: [1.2.3.0/24], until: 2024-01-01}
	  - {name: Scan Inc, prefixes: [1.2.3.6/31]}
	group_lists: [known.ipset, {file: list.csv}]
CONFIG
run="$teiten --set store=$scratch/grouped --set timezone=UTC --set engine.idle_s=5"
(cd / && $run import "$scratch/syns.pcap" >/dev/null) || fail "import with groups"
is "groups of sources" 'KNOWN,1,1
Scan Inc,6,2
University,7,2
now,4,1' "$(keys group)"
is "the same without a store" "$(keys group)" "$($teiten --set timezone=UTC import --no-store --top group --format csv "$scratch/syns.pcap" 2>/dev/null | tail -n +2 | cut -d, -f1-3 | sort)"
is "a filter of a group" '443/TCP,5,1
80/TCP,1,1' "$(keys service --where 'group = "Scan Inc"')"
has "a trend of groups" 'University' "$($run trend group --period 2023-11-14)"
is "the packets of a group" 6 "$($run packets --where 'group = "Scan Inc"' --reveal -w - 2>/dev/null | tcpdump -nr - 2>/dev/null | wc -l)"
refused "packets of a verdict" 2 'tool or tag' $run packets --where 'verdict = masscan' --reveal -w "$scratch/out.pcapng"
refused "a verdict as a filter without a store" 2 'tool or tag' $run import --no-store --where 'not verdict = masscan' "$scratch/syns.pcap"
echo 'x,1.2.3' >"$scratch/list.csv"
refused "a list with a mistake" 1 'list.csv line 1: "1.2.3" is no IPv4' $run top group

captures=$TEITEN_DATA/captures
if [ -d "$captures" ]; then
	broken=$captures/suricata-verify__mac-eve-packet__test.pcap
	has "Mirai with a broken TCP header" 'mirai-syn,' "$(TEITEN_CONFIG=/dev/null $teiten import --no-store --top tag --format csv "$broken" 2>/dev/null)"
fi
finish
