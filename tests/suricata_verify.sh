#!/bin/bash
# teiten match gives the alerts that OISF's suricata-verify expects, in every one of the cases.
. "$TEITEN_SOURCE/tests/lib.sh"
folder=$TEITEN_DATA/suricata-verify
[ -f "$folder/cases.tsv" ] || skip "no $folder"

said=$(python3 "$TEITEN_SOURCE/tests/suricata_verify.py" "$folder" "$teiten") || fail "$said"
has "all cases" '^([0-9]+) of \1 cases are exact$' "$said"
finish
