#!/usr/bin/env bash
# import --no-store: the same numbers as an import and top, for every dimension, and nothing else is touched.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
all=service,country,asn,source,network,sensor,class,tool,ttl,os,sport,payload,length,window,hour,tag,group,handshake,hops,tcp_opts
cd "$scratch" || exit 1

# same WHAT WHERE PERIOD STORE FILE...: what the files count equals what the store answers
same() {
	local what=$1 where=$2 period=$3 store=$4
	shift 4
	checks=$((checks + 1))
	python3 "$here/same_top.py" "$where" "$period" "$all" "$teiten" import --no-store --limit all --format json "$@" -- \
		"$teiten" --set store="$scratch/$store" --set engine.idle_s=5 >"$scratch/same.log" 2>&1 || {
		fail "$what"
		head -c 3000 "$scratch/same.log"
	}
}

# --- captures of the world: addresses inferred from each, clocks of all sorts ---
if [ -d "$TEITEN_DATA/captures" ]; then
	captures=()
	for file in "$TEITEN_DATA"/captures/*.pcap "$TEITEN_DATA"/captures/*.pcapng; do
		"$teiten" import --no-store "$file" >/dev/null 2>"$scratch/err" || continue
		grep -q time_range "$scratch/err" || captures+=("$file") # the store has such at the edge of its times
	done
	[ ${#captures[@]} -gt 60 ] || fail "only ${#captures[@]} captures can be read"
	"$teiten" --set store="$scratch/world" --set engine.idle_s=5 import "${captures[@]}" >/dev/null 2>&1 || fail "import of the world"
	same "captures of the world" "" 1970-01-01..2105-12-31 world "${captures[@]}"
	same "captures of the world, filtered" "not country = ZZ and (ttl > 60 or protocol = UDP)" 1970-01-01..2105-12-31 world "${captures[@]}"
fi

# --- a plant: sensors with and without dates, an outage, traffic between them ---
cat >plant.yaml <<-YAML
	timezone: Asia/Tokyo
	sensors:
	  - {name: one, addresses: [198.18.0.0/24], since: 2026-05-31, outages: [2026-06-01T00:10..2026-06-01T00:15]}
	  - {name: two, addresses: [198.18.1.0/24]}
	  - {name: rest, addresses: [198.18.128.0/17], since: 2026-06-01T00:05, until: 2026-06-01T00:50}
YAML
cat >load.yaml <<-YAML
	timezone: Asia/Tokyo
	seed: 11
	traffic: {packets: 60000, duration: 1h, start: 2026-06-01T00:00, prefix: 198.18.0.0/16, sources: 5000, skew: 1.05}
YAML
"$teiten" synth load.yaml -o load >/dev/null || fail "synth"
export TEITEN_CONFIG=$scratch/plant.yaml TEITEN_NOW=2026-06-02T00:00:00+09:00
load=$scratch/load/captures/load.pcap
"$teiten" --set store="$scratch/plant" --set engine.idle_s=5 import "$load" >/dev/null || fail "import"
same "a plant" "" own plant "$load"
same "a sensor of the plant" "sensor = one" own plant "$load"
same "a filter" "service = 23/TCP and not sensor = rest or source in 1.0.0.0/8" own plant "$load"
export TEITEN_CONFIG=$scratch/teiten.yaml
python3 "$here/split_pcap.py" 20000 "$scratch/piece" <"$load" || fail "split"
told="--sensor told --addresses 198.18.0.0/20,198.18.0.0/24"
# shellcheck disable=SC2086
"$teiten" --set store="$scratch/told" --set engine.idle_s=5 import $told "$scratch"/piece* >/dev/null || fail "import of pieces"
# shellcheck disable=SC2086
same "pieces at a sensor that was told" "" own told $told "$scratch"/piece*

# --- what is printed where ---
"$teiten" import --no-store --format json "$load" >out 2>err
is "JSON alone on standard output" 1 "$(wc -l <out)"
python3 -m json.tool out >/dev/null || fail "it is no JSON: $(head -c 200 out)"
has "the line of the file on standard error" "load.pcap: 60000 frames, " "$(cat err)"
has "versus is none" '"versus":null' "$(cat out)"
has "service is what is counted" '"dimension":"service"' "$(cat out)"
table=$("$teiten" import --no-store --limit 1 --top class --top os "$load" 2>/dev/null)
has "a table" '^ +1 +- +scan ' "$table"
is "two tables with a line between them" 1 "$(grep -c '^$' <<<"$table")"
has "a table says no comparison" '^2026-05-31T15:00:00[^ ]*; exposure ' "$table"
is "CSV" 'key,packets,sources,rank,previous_rank,rate' "$("$teiten" import --no-store --top class --format csv "$load" 2>/dev/null | head -1 | cut -d, -f1-6)"
[ ! -e teiten-data ] || fail "there is a store"

# --- each packet once ---
ln "$load" link.pcap
once=$("$teiten" import --no-store --format json "$load" 2>/dev/null)
twice=$("$teiten" import --no-store --format json "$load" link.pcap "$load" 2>err)
is "one file under two names" "$once" "$twice"
is "and has one line" 1 "$(wc -l <err)"
mkdir -p tree/below
python3 "$here/split_pcap.py" 20000 tree/below/piece <"$load"
echo text >tree/text
is "a folder tree" "$once" "$("$teiten" import --no-store --format json tree 2>err)"
has "what is no capture in it" "1 files skipped" "$(cat err)"
is "a list" "$once" "$(find tree -name '*.pcap' | sort -r | "$teiten" import --no-store --format json --files-from - 2>/dev/null)"
# shellcheck disable=SC2086
is "standard input" "$("$teiten" import --no-store $told --format json "$load" 2>/dev/null)" \
	"$("$teiten" import --no-store $told --format json - 2>/dev/null < <(cat "$load"))"

# --- what cannot be done ---
head -c 24 "$load" >empty.pcap
is "a capture without a frame" '"period":null,"versus":null,"exposure":0' "$("$teiten" import --no-store --format json empty.pcap 2>/dev/null | grep -oE '"period".*"exposure":0')"

refused "inferring from standard input" 1 "--addresses" bash -c "$teiten import --no-store - <$load"
is "and no answer" "" "$(cat out)"
refused "no such dimension" 2 "did you mean country" "$teiten" import --no-store --top contry "$load"
refused "a dimension twice" 2 "named twice" "$teiten" import --no-store --top class --top class "$load"
refused "--top without --no-store" 2 "only for counting with --no-store" "$teiten" import --top class "$load"
refused "a filter that is none" 2 "--where" "$teiten" import --no-store --where 'ttl =' "$load"
refused "a filter by a sensor that is not there" 2 'no sensor "nowhere"' "$teiten" import --no-store --where 'sensor = nowhere' "$load"
"$teiten" import --no-store --where 'sensor = local' "$load" >/dev/null 2>&1 || fail "a filter by the sensor that is inferred"
status=0
"$teiten" import --no-store --format json "$load" "$scratch/load.yaml" >out 2>err || status=$?
is "one file of two is no capture: status" 1 "$status"
is "the other one is counted" "$once" "$(cat out)"

# --- more than fits: estimates near the truth, and said ---
cat >wide.yaml <<-YAML
	timezone: Asia/Tokyo
	seed: 12
	traffic: {packets: 1000000, duration: 1h, start: 2026-06-01T00:00, prefix: 198.18.0.0/16, sources: 1000000, skew: 0.2}
YAML
"$teiten" synth wide.yaml -o wide >/dev/null || fail "synth"
wide="$scratch/wide/captures/load.pcap --sensor s --addresses 198.18.0.0/16 --format json --limit 1"
# shellcheck disable=SC2086
"$teiten" import --no-store --top source $wide >exact 2>/dev/null
# shellcheck disable=SC2086
"$teiten" --set import.tally_mib=16 import --no-store --top source $wide >near 2>/dev/null
checks=$((checks + 1))
python3 - exact near <<-'PYTHON' || fail "estimates"
	import json, sys
	exact, near = (json.load(open(name)) for name in sys.argv[1:])
	assert "approximate" not in exact
	near_approximate = near["approximate"]
	assert near_approximate["beyond"] > 0 and near_approximate["beyond_each"] > 0 and near_approximate["packets"], near
	assert exact["total"]["packets"] == near["total"]["packets"] == 1000000
	assert exact["keys"] == exact["total"]["sources"] > 500000
	assert abs(near["total"]["sources"] / exact["total"]["sources"] - 1) < 0.03, (exact["total"], near["total"])
PYTHON
has "a table says so" "further keys" "$("$teiten" --set import.tally_mib=16 import --no-store --top source ${wide/json/table} 2>/dev/null)"
finish
