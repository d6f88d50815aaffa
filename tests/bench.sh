#!/usr/bin/env bash
# The benchmarks run from end to end, at a size that says nothing of speed, and their comparison sees a stage that grew.
. "$(dirname "$0")/lib.sh"
[ -x "$TEITEN_BIN/bench/bench_stages" ] || skip "built without benchmarks"
export TEITEN_BIN TEITEN_BENCH=$scratch/bench TEITEN_BENCH_PEERS=no
bench=$TEITEN_SOURCE/bench

"$bench/run" 20000 1 >"$scratch/run" 2>"$scratch/err" || fail "bench/run: $(tail -n 3 "$scratch/err")"
for line in 'cat \(floor\)' 'teiten import --no-archive' 'teiten import'; do
	has "a row for $line" "^\| $line \| [0-9.]+ \| [0-9.]+ \| [0-9]+ \|" "$(cat "$scratch/run")"
done
for stage in digest capture decode observe bursts rules geo flow identity rollups encode; do
	has "a row for $stage" "^\| $stage \| [0-9]+\.[0-9] \|" "$(cat "$scratch/run")"
done
has "ours beside itself is 1" '^\| teiten import --no-archive \|.* 1\.00 \| 1\.00 \|$' "$(cat "$scratch/run")"
is "roll-ups equal those of views" 4 "$(grep -c 'ready and by views: equal' "$scratch/run")"
is "no engine and no store is left" "" "$(find "$TEITEN_BENCH" -maxdepth 1 -name 'store*')"

# The capture is what a telescope receives: shares of its kinds in percent, by its truth.
share() { # KIND...
	local sum=0 kind
	for kind; do sum=$((sum + $(grep -oE "\"$kind\":[0-9]+" "$TEITEN_BENCH/load-20000.pcap.truth.json" | head -n 1 | cut -d: -f2))); done
	echo $((sum * 100 / 20000))
}
has "85 to 90 % are SYN" '^8[5-9]$' "$(share syn mirai masscan zmap nmap)"
has "UDP" '^[67]$' "$(share udp)"
has "backscatter" '^[12]$' "$(share syn_ack rst unreachable)"

"$bench/growth" 10,000 20,000 >"$scratch/growth" 2>&1 || fail "bench/growth: $(tail -n 3 "$scratch/growth")"
is "a row for each size" 2 "$(grep -cE '^\| [12]0000 \|' <(sed '/^`bench/,$!d' "$scratch/growth"))"
"$bench/mixed" 20000 >"$scratch/mixed" 2>&1 || fail "bench/mixed: $(tail -n 3 "$scratch/mixed")"
has "questions were asked during import" 'during import: [1-9]' "$(cat "$scratch/mixed")"

refused "a size that is no number" 1 'no number of packets' "$bench/run" many
if command -v valgrind >/dev/null; then
	export TEITEN_BENCH_ACCEPTED=$scratch/accepted.tsv
	"$bench/instructions" --accept >/dev/null 2>&1 || fail "bench/instructions --accept"
	awk -F '\t' -v OFS='\t' '$1 == "decode" { $2 *= 0.95 } $1 == "flow" { $2 *= 0.98 } { print }' "$TEITEN_BENCH_ACCEPTED" >"$scratch/less"
	mv "$scratch/less" "$TEITEN_BENCH_ACCEPTED"
	status=0
	"$bench/instructions" >"$scratch/grew" 2>&1 || status=$?
	is "a stage that grew fails" 1 "$status"
	is "that stage and no other" decode "$(awk '/GREW/ { print $1 }' "$scratch/grew" | tr -d '\n')"
	has "the same program counts the same" '^observe .*\+0\.0 %$' "$(cat "$scratch/grew")"
fi
finish
