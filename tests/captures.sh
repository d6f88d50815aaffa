#!/usr/bin/env bash
# Every real capture of the data folder imports, or is refused, as tests/captures.tsv says.
. "$(dirname "$0")/lib.sh"
captures=$TEITEN_DATA/captures
[ -d "$captures" ] || skip "no folder $captures"
run="$teiten --set store=$scratch/store --set timezone=UTC --set engine.idle_s=5"
python3 "$(dirname "$0")/captures.py" "$captures" "$(dirname "$0")/captures.tsv" $run


