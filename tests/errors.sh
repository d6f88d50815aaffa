#!/usr/bin/env bash
# Bad input gets one clear line that says where and what to do, a non-zero exit status, and nothing half-written.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
run="$teiten --set store=$scratch/store --set timezone=UTC --set engine.idle_s=5"
echo "1243814400000000000 192.0.2.1 198.51.100.1 23" | python3 "$here/make_pcap.py" "$scratch/one.pcap"

echo "no capture" >"$scratch/text.pcap"
: >"$scratch/empty.pcap"
refused "a text file" 1 "text.pcap is text" $run import "$scratch/text.pcap"
refused "an empty file" 1 "empty" $run import "$scratch/empty.pcap"
refused "a missing file" 1 "missing.pcap: .*No such file" $run import "$scratch/missing.pcap"
refused "text on standard input" 1 "standard input is text" bash -c "echo hello | $run import -"
cp "$scratch/one.pcap" "$scratch/secret.pcap" && chmod 000 "$scratch/secret.pcap"
as_nobody=
if [ "$(id -u)" = 0 ]; then # who may read everything
	as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
	mkdir "$scratch/nobody" && chmod 777 "$scratch/nobody" && chmod 755 "$scratch"
fi
if $as_nobody test -r "$TEITEN_DEPS" -a -x "$teiten"; then
	refused "an unreadable file" 1 "secret.pcap.*Permission denied" $as_nobody $teiten --set store="$scratch/nobody/store" \
		--set timezone=UTC --set engine.idle_s=2 import "$scratch/secret.pcap"
	refused "a store in a folder that is not ours" 1 "Permission denied" $as_nobody $teiten --set store=/teiten-test-store \
		--set timezone=UTC import "$scratch/one.pcap"
fi
is "nothing of them in the archive" "" "$(find "$scratch/store/archive" -name '*.zst*')"

$run import --sensor one --addresses 198.51.100.1 "$scratch/one.pcap" >/dev/null || fail "import"
refused "no command" 2 "unknown command" $run nonsense
refused "an unknown dimension" 2 "servce.*service" $run top servce
refused "an EXPR error" 2 "where|service" $run top service --where 'service = 99999/TCP'
refused "an EXPR with an unknown dimension" 2 "countri" $run top service --where 'countri = JP'
refused "an EXPR that ends early" 2 "" $run top service --where 'country ='
refused "an unknown period" 2 "2009-13" $run top service --period 2009-13
refused "an unknown format" 2 "format" $run top service --format xml
refused "an unknown option" 2 "" $run top service --nonsense
refused "an unknown key" 1 "nonsense" $run --set nonsense=1 top service
refused "a number that is none" 1 "40O" $run --set import.block_rows=40O top service
refused "a zone that is none" 1 "Asia/Tokio" $run --set timezone=Asia/Tokio top service
mkdir "$scratch/owned" && $teiten --set store="$scratch/owned/store" --set timezone=UTC --set engine.idle_s=2 import --sensor one \
	--addresses 198.51.100.1 "$scratch/one.pcap" >/dev/null || fail "import into the store with two owners"
sleep 4 # its engine stops
flock "$scratch/owned/store/clickhouse/status" sleep 15 &
sleep 0.5
refused "a second owner of the store" 1 "owner|another|used|running" $teiten --set store="$scratch/owned/store" --set timezone=UTC top service
kill %1 2>/dev/null
refused "a store that is not there" 1 "none" $teiten --set store="$scratch/none" top service
refused "a server that does not answer" 1 "127.0.0.1" $teiten --set store=clickhouse://127.0.0.1:9/teiten top service

config() {
	printf '%s\n' "$@" >"$scratch/bad.yaml"
}
config 'sensors:' '  - name: a' '    addresses: [198.51.100.0/33]'
refused "a bad prefix" 1 'bad.yaml line 3: .*198.51.100.0/33' $teiten --config "$scratch/bad.yaml" top service
config 'sensors:' '  - name: a' '    adresses: [198.51.100.0/24]'
refused "an unknown sensor key" 1 'bad.yaml line 3: .*adresses' $teiten --config "$scratch/bad.yaml" top service
config 'timezone: UTC' 'timezone: UTC'
refused "a key twice" 1 'bad.yaml line 2' $teiten --config "$scratch/bad.yaml" top service
config 'engine: {memory_mib: 40O}'
refused "a number that is none in the file" 1 'bad.yaml line 1: .*40O' $teiten --config "$scratch/bad.yaml" top service
refused "a configuration that is not there" 1 "nowhere.yaml" $teiten --config "$scratch/nowhere.yaml" top service

# A capture that grew: the packets of its beginning must not count twice.
for i in 1 2 3 4 5 6 7 8 9; do echo "124400000${i}000000000 192.0.2.$i 198.51.100.7 23"; done | python3 "$here/make_pcap.py" "$scratch/grown.pcap"
head -c 300 "$scratch/grown.pcap" >"$scratch/early.pcap"
has "a file cut off in a record" "5 frames.*cut off" "$($run import --sensor grows --addresses 198.51.100.7 "$scratch/early.pcap")"
refused "the same file, grown" 1 "grown.pcap: it begins with early.pcap" $run import --sensor grows --addresses 198.51.100.7 "$scratch/grown.pcap"
head -c 24 "$scratch/grown.pcap" >"$scratch/header.pcap"
has "a file of a header alone" "0 frames" "$($run import --sensor grows "$scratch/header.pcap")"
has "which every file begins with" "1 frames, 1 accesses.*nothing changed" "$($run import --sensor one "$scratch/one.pcap")"

head -c 3000 "$TEITEN_DEPS/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb" >"$scratch/cut.mmdb"
refused "a damaged country file" 1 "cut.mmdb" $run --set geo.country="$scratch/cut.mmdb" import "$scratch/one.pcap"

refused "no WeasyPrint" 1 "[Ww]easy[Pp]rint" env PATH=/nonexistent $run report --period 2009-06 --lang ja --output "$scratch/report"
is "all but the PDF is there" "report.html report.json report.md" \
	"$(cd "$scratch/report" && echo report.*)"
printf '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>' >"$scratch/fonts.conf"
refused "no IPAex fonts" 1 "IPAex|ipaex" env FONTCONFIG_FILE="$scratch/fonts.conf" $run report --period 2009-06 --lang ja --output "$scratch/report3"
refused "a report of no month" 2 "2009-06-01" $run report --period 2009-06-01..2009-06-03 --output "$scratch/report2"
is "no folder for it" "" "$(ls -d "$scratch/report2" 2>/dev/null)"

# A disk that fills up: nothing is lost, and the import completes once there is room.
disk=$scratch/disk
mkdir -p "$disk"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=24m tmpfs "$disk" 2>/dev/null; then
	for i in $(seq 0 199999); do
		echo "$((1243814400 + i))000000000 192.0.$((i / 250 % 250)).$((i % 250)) 198.51.100.1 $((i % 60000 + 1))"
	done | python3 "$here/make_pcap.py" "$scratch/many.pcap"
	full="$teiten --set store=$disk/store --set timezone=UTC --set engine.idle_s=5 --set import.free_mib=0"
	$full import --sensor one --addresses 198.51.100.1 "$scratch/one.pcap" >/dev/null || fail "import on the small disk"
	refused "a disk with less than import.free_mib" 1 "MiB are free.*import.free_mib" \
		$full --set import.free_mib=100 import --sensor one --addresses 198.51.100.1 "$scratch/many.pcap"
	head -c 64m /dev/zero >"$disk/filler" 2>/dev/null
	refused "a full disk" 1 "[Nn]o space|disk" $full import --sensor one --addresses 198.51.100.1 "$scratch/many.pcap"
	rm "$disk/filler"
	mount -o remount,size=512m "$disk"
	$full import --sensor one --addresses 198.51.100.1 "$scratch/many.pcap" >/dev/null || fail "import after making room"
	is "every packet after making room" 200001 \
		"$($full top service --period 2009-06-01..2009-06-30 --format json | python3 -c 'import json,sys; print(json.load(sys.stdin)["total"]["packets"])')"
	kill "$(grep -oE '"pid": ?[0-9]+' "$disk/store/engine.json" | grep -oE '[0-9]+')" && sleep 1
	umount "$disk" || umount -l "$disk"
fi
finish
