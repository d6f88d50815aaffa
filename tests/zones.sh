#!/usr/bin/env bash
# A month is a local month, exact to the microsecond, in any time zone, daylight saving included.
. "$(dirname "$0")/lib.sh"
zones="Asia/Tokyo Asia/Kathmandu America/New_York UTC Europe/London Europe/Berlin America/Sao_Paulo America/St_Johns
	America/Los_Angeles America/Caracas Africa/Cairo Africa/Monrovia Asia/Tehran Asia/Kolkata Asia/Beirut Asia/Pyongyang
	Australia/Lord_Howe Australia/Adelaide Pacific/Apia Pacific/Chatham Pacific/Kiritimati Pacific/Marquesas
	America/Havana Asia/Yangon Atlantic/Azores"
year=2011 # Apia dropped a day, Sao Paulo skips midnights, St. John's changed at one minute past

# The first instant of each local month by Python's zone rules: ZONE MONTH SECONDS
starts() {
	python3 - $year $zones <<'EOF'
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
year = int(sys.argv[1])
for name in sys.argv[2:]:
    zone = ZoneInfo(name)
    for month in range(1, 13):
        low = int(datetime(year, month, 1, tzinfo=timezone.utc).timestamp()) - 86400
        high = low + 2 * 86400
        wanted = (year, month)
        while low < high:
            middle = (low + high) // 2
            local = datetime.fromtimestamp(middle, zone)
            if (local.year, local.month) >= wanted:
                high = middle
            else:
                low = middle + 1
        print(name, month, low)
EOF
}
starts >"$scratch/starts"

# Packets one microsecond before each month of each zone, on its first instant, and one in its middle.
awk '{ printf "%d 192.0.2.1 198.51.100.1 23\n%d 192.0.2.2 198.51.100.1 23\n%d 192.0.2.3 198.51.100.1 23\n",
	$3 * 1e9 - 1000, $3 * 1e9, ($3 + 1296000) * 1e9 }' "$scratch/starts" | sort -n >"$scratch/lines"
python3 "$(dirname "$0")/make_pcap.py" "$scratch/months.pcap" <"$scratch/lines"

# expected ZONE MONTH: how many packets lie in it
expected() {
	local from to
	from=$(awk -v z="$1" -v m="$2" '$1 == z && $2 == m { print $3 }' "$scratch/starts")
	to=$(awk -v z="$1" -v m="$(($2 + 1))" '$1 == z && $2 == m { print $3 }' "$scratch/starts")
	awk -v from="$from" -v to="$to" '$1 >= from * 1e9 && $1 < to * 1e9' "$scratch/lines" | wc -l
}

counted() { # ZONE MONTH STORE
	"$teiten" --set store="$3" --set timezone="$1" --set engine.idle_s=5 top service --format json \
		--period "$(printf '%d-%02d' $year "$2")" | python3 -c 'import json,sys; print(json.load(sys.stdin)["total"]["packets"])'
}

import_into() { # STORE ZONE
	"$teiten" --set store="$1" --set timezone="$2" --set engine.idle_s=5 import --sensor one --addresses 198.51.100.1 \
		"$scratch/months.pcap" >/dev/null || fail "import into $1"
}

import_into "$scratch/utc" UTC
for zone in $zones; do
	for month in 3 10 11; do
		is "$zone $year-$month asked of a store in UTC" "$(expected "$zone" $month)" "$(counted "$zone" $month "$scratch/utc")"
	done
done
# With the zone's own store the days come from the roll-ups.
for zone in Asia/Tokyo Asia/Kathmandu America/New_York America/St_Johns; do
	store=$scratch/$(basename "$zone")
	import_into "$store" "$zone"
	for month in 2 3 4 10 11; do
		is "$zone $year-$month in its own store" "$(expected "$zone" $month)" "$(counted "$zone" $month "$store")"
	done
done
refused "importing with another zone than the store's" 1 "days are in UTC" \
	"$teiten" --set store="$scratch/utc" --set timezone=Asia/Tokyo import "$scratch/months.pcap"
finish
