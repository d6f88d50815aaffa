#!/usr/bin/env bash
# Tags and first payloads, end to end: what captures get, what answers say, that packets agree with them, the same for any
# order and number of threads; the tag file and rules of the user's own.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
data=${TEITEN_DATA:-/nowhere}
samples=$data/tags/tags_samples.pcap
[ -r "$samples" ] || skip "no $samples"
export TEITEN_NOW=2026-09-30T00:00:00+09:00

# tags CAPTURE [OPTION]...: "tag=accesses ..." of those that have any
tags() {
	"$teiten" import --no-store --top tag --limit all --format json "${@:2}" "$1" 2>"$scratch/err" |
		python3 -c 'import json, sys; print(*("%s=%d" % (r["key"], r["packets"]) for r in sorted(json.load(sys.stdin)["rows"], key=lambda r: r["key"]) if r["key"] != "-"))'
}

out=$("$teiten" rules check "$TEITEN_SOURCE/share/tags.rules" 2>&1)
is "the tag file is clean: exit status of rules check" 0 $?
has "and says how many" "192" "$out"

# --- each sample gets its tag, and no tag of another protocol ---
# It comes from 203.0.113.N for the N-th line; these may stand beside any.
beside='^(-|http-get-root|tls-clienthello|icmp-echo|icmp-quote-.*|heartbleed|heartbleed-ssltest|elasticsearch-survey|sip-options|snmp-public|quic-initial)$'
number=0
while IFS=$'\t' read -r tag _; do
	case $tag in \#* | hajime-handshake) continue ;; esac
	number=$((number + 1))
	got=$(tags "$samples" --where "source = 203.0.113.$number" | tr ' ' '\n' | sed 's/=.*//')
	has "sample $number" "^$tag$" "$got"
	is "sample $number, $tag: tags of others" "" "$(grep -vxF "$tag" <<<"$got" | grep -vE "$beside")"
done <"$data/tags/tags.tsv"
is "samples" 188 $number

# --- captures of the world ---
while IFS=$'\t' read -r capture addresses wanted; do
	case $capture in \#*) continue ;; esac
	[ -r "$data/$capture" ] || continue
	options=()
	[ "$addresses" = - ] || options=(--sensor s --addresses "$addresses")
	is "$capture $addresses" "$wanted" "$(tags "$data/$capture" "${options[@]}")"
done <"$here/tags_captures.tsv"

# --- a store: answers, first payloads, packets ---
with() { # STORE COMMAND...
	local store=$scratch/$1
	shift
	"$teiten" --set store="$store" --set engine.idle_s=5 --set import.block_rows=1000 "$@"
}
captures=("$samples" "$data/captures/zeek__heartbleed.pcap" "$data/captures/arkime__socks-http-example.pcap"
	"$data/suricata-verify/tests/bug-2769/issue_no_icmp.pcap" "$data/captures/arkime__snmpv3_synthetic.pcap")
with one --set import.threads=1 import "${captures[@]}" >/dev/null || fail "import"
ever=(--period 2000-01-01..2026-09-01 --versus 1999-01-01..1999-02-01)
detections() { # STORE [OPTION]...
	with "$1" top signature "${ever[@]}" "${@:2}" --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["total"]["packets"])'
}
is "tags are no detections" 0 "$(detections one)"
with one report --period 2014-04 --lang en --no-pdf --output "$scratch/report" >/dev/null || fail "report"
has "section 4 of a report without signatures" "^No signatures were loaded" "$(grep -A2 '^## 4' "$scratch/report/report.md")"
refused "packets of signatures that are not loaded" 1 "no signatures are loaded.*rules:" \
	"$teiten" --set store="$scratch/one" packets --where 'signature = 9000002' -w "$scratch/out.pcapng"

# --- the tag file as signatures, too ---
echo "rules: [$TEITEN_SOURCE/share/tags.rules]" >"$TEITEN_CONFIG"
with one --set import.threads=1 --set store="$scratch/signed" import "${captures[@]}" >/dev/null || fail "import with signatures"
has "a file of tags that is listed makes detections" "^[1-9][0-9]+$" "$(detections signed)"
sid=9001002 # Heartbleed
for filter in "signature = $sid" "signature in ($sid, 9000006) and source in 203.0.113.0/24" 'not category in (Scan, Worm, DoS, Others)'; do
	with signed packets --period 2000-01-01..2026-09-01 --where "$filter" -w "$scratch/out.pcapng" 2>"$scratch/err"
	has "some of $filter" '^[1-9]' "$(cat "$scratch/err")"
	is "packets of $filter" "$(detections signed --where "$filter")" "$(grep -oE '^[0-9]+' "$scratch/err")"
done
with signed packets --period 2000-01-01..2026-09-01 --where "signature = $sid and ttl > 255" -w "$scratch/out.pcapng" 2>"$scratch/err"
has "what detections in a store do not have" '^0 packets' "$(cat "$scratch/err")"
has "CSV says what signatures are" "^$sid,.*,[^,]*Heartbleed[^,]*,Scan$" "$(with signed top signature "${ever[@]}" --limit all --format csv)"

# accesses STORE FILTER
accesses() {
	with "$1" top service "${ever[@]}" --where "$2" --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["total"]["packets"])'
}
is "Heartbleed: two hellos of the test program, two kinds of requests" 4 "$(accesses one 'tag = heartbleed')"
is "proxies" "2 2" "$(accesses one 'tag = http-connect') $(accesses one 'tag = http-open-proxy-absuri or tag = elasticsearch-groovy')"
is "first payloads after a handshake" "$(accesses one 'tag = http-connect')" "$(accesses one 'tag = http-connect and handshake = yes')"
has "a first payload can be asked for" "POST /_search" "$(with one top payload "${ever[@]}" --where 'tag = elasticsearch-groovy')"
for filter in 'tag = heartbleed' 'tag = tls-clienthello' 'handshake = yes' 'tag = snmp-public' 'tag = backscatter-rst' 'not tag = icmp-echo'; do
	with one packets --period 2000-01-01..2026-09-01 --where "$filter" -w "$scratch/out.pcapng" 2>"$scratch/err"
	is "packets of $filter" "$(accesses one "$filter")" "$(grep -oE '^[0-9]+' "$scratch/err")"
done

# --- the same whatever the order, the threads and the interruptions ---
contents() { # STORE
	for dimension in tag handshake payload signature service; do
		with "$1" top $dimension "${ever[@]}" --limit all --format json
	done
}
contents signed >"$scratch/one.contents"
backwards=()
for name in "${captures[@]}"; do backwards=("$name" "${backwards[@]}"); done
with two --set import.threads=4 import "${backwards[@]}" >/dev/null || fail "import backwards"
contents two >"$scratch/two.contents"
cmp "$scratch/one.contents" "$scratch/two.contents" || fail "another order, other contents"
for signal in 1 2 3; do
	timeout -s KILL 0.$((signal * 2)) "$teiten" --set store="$scratch/killed" --set engine.idle_s=5 --set import.block_rows=1000 import \
		"${captures[@]}" >/dev/null 2>&1
done
with killed import "${captures[@]}" >/dev/null || fail "import after interruptions"
contents killed >"$scratch/killed.contents"
cmp "$scratch/one.contents" "$scratch/killed.contents" || fail "interrupted, other contents"
checks=$((checks + 2))

# --- a tag file and rules of one's own ---
cat >"$scratch/own.rules" <<'RULES'
alert tcp any any -> any any (msg:"mine"; flow:established,to_server; content:"GET /"; startswith; metadata:tag my-own; sid:1; rev:1;)
RULES
config() { printf '%s\n' "$@" >"$TEITEN_CONFIG"; }
config "tags: own.rules"
has "a file of one's own, beside teiten.yaml" "^my-own=[0-9]+$" "$(tags "$samples" --where 'service = 80/TCP' | tr ' ' '\n' | grep own)"
sed -i 's/my-own/renamed/' "$scratch/own.rules"
has "editing it needs nothing else" "^renamed=" "$(tags "$samples" --where 'service = 80/TCP' | tr ' ' '\n' | grep renamed)"
config "tags: none"
is "none: only what headers show" "" "$(tags "$samples" --where 'service = 80/TCP' | tr ' ' '\n' | grep http)"
config "rules: [\"*.rules\"]"
got=$(tags "$samples" --where 'service = 80/TCP')
has "rules beside the packaged tags" "http-get-root=" "$got"
has "rules give tags, too" "renamed=" "$got"
echo 'alert tcp any any -> any any (msg:"x"; file_data; content:"x"; sid:2;)' >>"$scratch/own.rules"
tags "$samples" >/dev/null
has "what is refused is said" "rules: 193 loaded, 1 refused: teiten rules check" "$(cat "$scratch/err")"
cat >"$scratch/limited.rules" <<'RULES'
alert udp any any -> any any (msg:"once an hour"; dsize:>0; threshold:type limit, track by_rule, count 1, seconds 3600; metadata:tag limited; sid:3; rev:1;)
RULES
config "tags: limited.rules" "rules: [limited.rules]"
with limited import "$samples" >/dev/null || fail "import with a limited rule"
is "a limited rule is told once, its tag stands wherever it matches" "1 yes" "$(with limited top signature "${ever[@]}" --format json |
	python3 -c 'import json, sys; print(json.load(sys.stdin)["total"]["packets"])') $([ "$(accesses limited 'tag = limited')" -gt 50 ] && echo yes)"
config "rules: [nowhere/*.rules]"
refused "a pattern that names nothing" 1 "rules: no file is named .*nowhere" "$teiten" import --no-store --top tag "$samples"
config "tags: nowhere.rules"
refused "a tag file that is not there" 1 "nowhere.rules" "$teiten" import --no-store --top tag "$samples"
config "rules: [{files: own.rules, dialect: zeek}]"
refused "a dialect that is none" 1 "teiten.yaml line 1: rules\[0\]: .*zeek|rules.0.: .*zeek" "$teiten" import --no-store --top tag "$samples"
finish
