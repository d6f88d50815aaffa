#!/usr/bin/env bash
# The payload dictionary: what each payload is, when it was seen, to what and from where; nothing raw on a terminal, no sensor address.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
cat >"$TEITEN_CONFIG" <<-YAML
	timezone: UTC
	sensors: [{name: one, addresses: [198.51.100.7], since: 2009-01-01}]
YAML
run="$teiten --set store=$scratch/store --set engine.idle_s=5"
export TEITEN_NOW=2009-09-01T00:00:00Z
hex() { printf "$1" | od -An -v -tx1 | tr -d ' \n'; }
july=1247000000 # 2009-07-07
august=1249900000 # 2009-08-10
query=$(hex '\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01')
nasty=$(hex 'A\x1b[31mB\\\r\nhttp://198.51.100.7:5060/ \xc6\x33\x64\x07 \x00\xff\t<b>,"=1+1')
{
	for i in 1 2 3; do echo "$((july + i * 86400))000000000 192.0.2.$i 198.51.100.7 53 $query"; done
	for i in 1 2 3 4; do echo "$((august + i * 3600))000000000 203.0.113.$i 198.51.100.7 53 $query"; done
	echo "$((august + 9))000000000 203.0.113.1 198.51.100.7 5353 $query"
	echo "$((august + 10))000000000 203.0.113.9 198.51.100.7 5060 $nasty"
	echo "$((august + 11))000000000 203.0.113.9 198.51.100.7 445"
} | python3 "$here/make_pcap.py" "$scratch/payloads.pcap"
$run import "$scratch/payloads.pcap" >/dev/null || fail "import"
digest() { python3 -c "import hashlib; print(hashlib.sha256(bytes.fromhex('$1')).hexdigest()[:32])"; }
q=$(digest "$query") n=$(digest "$nasty")

# --- top payload ---
top=$($run top payload --period 2009-08)
has "top: rank, hash, accesses, sources" "^ *1 +1 +$q .* 5 +4  53/UDP 5353/UDP  2009-07-08 20:53  2009-08-10 14:26  dns " "$top"
has "top: the nasty one, escaped" "$n .* 5060/UDP +2009-08-10 10:26  2009-08-10 10:26  binary +binary, 53 bytes" "$top"
json=$($run top payload --period 2009-08 --format json)
field() { python3 -c "import json,sys; d=json.load(sys.stdin); r={x['key']:x for x in d.get('rows',[])}; print($1)" <<<"$2"; }
is "JSON of top" "dns 53/UDP 4 2 2009-07-08T20:53:20+00:00" \
	"$(field "'%s %s %d %d %s' % ((lambda x: (x['protocol'], x['services'][0]['key'], x['services'][0]['packets'], x['service_count'], x['first_seen']))(r['$q']))" "$json")"
is "JSON of top: no payload has no time" "None 0" "$(field "'%s %d' % (r['00000000000000000000000000000000']['first_seen'], r['00000000000000000000000000000000']['length'])" "$json")"
has "CSV of top" "^$q,5,4,1,.*,53/UDP 5353/UDP,2,2009-07-08T20:53:20\+00:00,2009-08-10T14:26:40\+00:00,dns,," "$($run top payload --period 2009-08 --format csv)"
is "--new: those of the period only" "$n" "$($run top payload --period 2009-08 --new --format csv | tail -n +2 | cut -d, -f1)"
is "--new: in July the other one" "$q" "$($run top payload --period 2009-07 --new --format csv | tail -n +2 | cut -d, -f1)"
is "--new: and none in June" "" "$($run top payload --period 2009-06 --new --format csv | tail -n +2)"
refused "--new of what is no payload" 2 "only for payloads" $run top service --new
refused "--new of a trend" 2 "unknown option" $run trend payload --new

# --- one payload ---
one=$($run payload "${q:0:6}")
has "one: whole hash" "^payload +$q$" "$one"
has "one: what it asks" "^asks +DNS A example.com" "$one"
has "one: first seen" "^first seen +2009-07-08T20:53:20" "$one"
has "one: last seen" "^last seen +2009-08-10T14:26:40" "$one"
has "one: counts over all the time" "^accesses +8 from 7 sources" "$one"
has "one: services" "^ +53/UDP +7 +7$" "$one"
has "one: attackers are shown" "203.0.113.1 " "$one"
has "one: hexdump" '^00000010  6d 70 6c 65 03 63 6f 6d  00 00 01 00 01 +\|mple\.com\.\.\.\.\.\|$' "$one"
has "one: of a period" "^accesses +5 from 4 sources" "$($run payload "$q" --period 2009-08)"
is "JSON of one" "29 DNS 8 7 53/UDP 7 True" "$(python3 -c "
import json,sys
d=json.load(sys.stdin)
print(d['length'], d['summary'][:3], d['packets'], d['sources'], d['by']['services']['rows'][0]['key'], d['by']['services']['rows'][0]['packets'], d['hex'] == '$query')" <<<"$($run payload "$q" --format json)")"
has "CSV of one" "^service,53/UDP,7,7$" "$($run payload "$q" --format csv)"

# --- nothing raw, no sensor address ---
for format in table json csv; do
	for what in "payload $n" "top payload --period 2009-08"; do
		out=$($run $what --format $format)
		is "$what, $format: control characters" 0 "$(LC_ALL=C tr -d '\n\40-\176' <<<"$out" | wc -c)"
		is "$what, $format: sensor address as text" 0 "$(grep -c '198\.51\.100\.7' <<<"$out")"
		is "$what, $format: sensor address as bytes" 0 "$(grep -cE 'c6 ?33 ?64 ?07' <<<"$out")"
	done
done
has "what was replaced is said" "sensor addresses in it are replaced" "$($run payload "$n")"
has "text of a line each" '^A\\x1b\[31mB\\\\\\r\\n$' "$($run payload "$n")"
$run payload "$n" --raw "$scratch/raw" || fail "--raw"
is "--raw: as long as it came" "$((${#nasty} / 2))" "$(wc -c <"$scratch/raw")"
is "--raw: scrubbed" 0 "$(grep -c '198\.51\.100\.7' "$scratch/raw")"
$run payload "$n" --raw - --reveal >"$scratch/raw" || fail "--raw -"
is "--reveal: as it came" "$nasty" "$(od -An -v -tx1 "$scratch/raw" | tr -d ' \n')"
is "--raw to a terminal" "teiten: --raw -: not to a terminal; what a stranger sent could control it" \
	"$(script -qec "$run payload $n --raw -" /dev/null | tr -d '\r')"

# --- mistakes ---
refused "no such hash" 1 "no payload's hash begins with 0123" $run payload 0123
refused "a whole hash that nobody sent" 1 "no payload's hash begins with 0123" $run payload 01234567890123456789012345678901
refused "no hash" 1 "no beginning of a hash" $run payload xyz
refused "an empty one" 1 "no beginning of a hash" $run payload ""
refused "nothing" 2 "one hash is expected" $run payload
finish
