#!/usr/bin/env bash
# teiten rules reload: a running import judges the captures that begin afterwards by the new signatures, and the ledger knows
# which judged which. Also: what the report says of signatures that stand in files.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
cat >"$TEITEN_CONFIG" <<-YAML
	timezone: UTC
	tags: none
	rules: [own.rules]
	sensors: [{name: one, addresses: [198.51.100.7], since: 2009-01-01}]
YAML
run="$teiten --set store=$scratch/store --set engine.idle_s=5"
export TEITEN_NOW=2009-09-01T00:00:00Z
rule() { # SID MESSAGE
	echo "alert udp any any -> any any (msg:\"$2\"; content:\"abc\"; classtype:network-scan; sid:$1; rev:3;)"
}
packet() { # SECONDS
	echo "$1000000000 203.0.113.5 198.51.100.7 53 616263"
}
detected() { $run top signature --period 2009-08 --limit all --format csv | tail -n +2 | cut -d, -f1,2 | sort; }

{ echo "# Rule set version 17"; rule 1 first; } >"$scratch/own.rules"
packet 1249100000 | python3 "$here/make_pcap.py" "$scratch/one.pcap"
packet 1249200000 | python3 "$here/make_pcap.py" "$scratch/two.pcap"
packet 1249300000 | python3 "$here/make_pcap.py" "$scratch/three.pcap"

# --- while an import waits for its second capture ---
mkfifo "$scratch/pipe"
$run import "$scratch/one.pcap" - <"$scratch/pipe" >"$scratch/import.log" 2>&1 &
import=$!
exec 8>"$scratch/pipe"
for _ in $(seq 100); do
	grep -q one.pcap "$scratch/import.log" && break
	sleep 0.1
done
rule 2 second >"$scratch/own.rules"
export TEITEN_NOW=2009-09-02T00:00:00Z
has "reload says how many" "^1 signatures" "$($run rules reload)"
cat "$scratch/two.pcap" >&8
exec 8>&-
wait $import || { fail "import"; cat "$scratch/import.log"; }
is "each capture by the set it began with" "1,1
2,1" "$(detected)"

# --- a mistake changes nothing ---
echo 'alert udp any any -> any any (msg:"no end"; sid:3;' >"$scratch/own.rules"
refused "a malformed rule" 1 "malformed rules: nothing was reloaded" $run rules reload
rm "$scratch/own.rules"
refused "no file" 1 "no file is named" $run rules reload
refused "files as arguments" 2 "the files are those of teiten.yaml" $run rules reload own.rules
rule 2 second >"$scratch/own.rules"

# --- an import of its own; and the same captures again are judged no second time ---
$run import "$scratch/three.pcap" "$scratch/one.pcap" >/dev/null || fail "import again"
is "with what stands in the file now" "1,1
2,2" "$(detected)"
is "the category of the class" "Scan,3" "$($run top category --period 2009-08 --format csv | tail -n +2 | cut -d, -f1,2)"

# --- the report ---
report() { # WHAT IT SAYS
	$run report --period 2009-08 --lang en --no-pdf --output "$scratch/report" "${@:2}" >/dev/null || fail "report"
	has "report ${*:2}" "$1" "$(tr -d '\\' <"$scratch/report/report.md")"
}
report '^## 4 Detection of intrusions by signatures'
report '^\| Scan \| second, first'
report '^- 1 signatures were loaded on 2 September 2009: own.rules \(SHA-256 [0-9a-f]{8}\)\.'
report '^- In this period 2 sets of signatures were in use'
report '^## 4 Method' --where 'ttl <= 64'
report 'they cannot be narrowed by this report.s condition' --where 'ttl <= 64'
has "a version that the file says is in the ledger" '"edition":"17"' "$(cat "$scratch/report/report.json")"
finish
