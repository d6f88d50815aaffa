#!/usr/bin/env bash
# From a sensor's spool over teiten-sensor upload, nginx and teiten collect into the store, under faults of the centre and of who
# sends: the store holds exactly what was produced, the same rows as from one capture.
#     tests/line_faults.sh [ROUNDS]      of power cuts; 3 when not given (TEITEN_ROUNDS)
[ "$(id -u)" = 0 ] || { echo "skipped: needs root, for a network of its own"; exit 77; }
[ -n "${TEITEN_ALONE-}" ] || TEITEN_ALONE=1 exec unshare --net --mount bash "$0" "$@"
rounds=${1:-${TEITEN_ROUNDS:-3}}
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/store_lib.sh"
. "$(dirname "$0")/line_lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
for tool in nginx openssl curl python3; do command -v $tool >/dev/null || skip "needs $tool (scripts/install check)"; done
ip link set lo up
end_line() {
	end_daemons
	clean_up
}
trap end_line EXIT
cat >"$scratch/test.rules" <<'RULES'
alert tcp any any -> any 80 (msg:"get"; flow:established,to_server; content:"GET /7"; sid:1;)
RULES
configure_centre "rules: [$scratch/test.rules]"

# What is to arrive: the same packets as one capture, and as the segments of a sensor.
python3 "$here/conversations.py" "$scratch/all.pcap" 1790000010 200 198.51.100 >"$scratch/count"
with file import "$scratch/all.pcap" >"$scratch/out" 2>&1 || fail "import: $(cat "$scratch/out")"
rows file >"$scratch/file.rows"
"$TEITEN_BIN/tests/cut_segments" "$scratch/all.pcap" "$scratch/made" tokyo-1 1 5 >/dev/null
made=("$scratch"/made/inbox/tokyo-1/*)
identity one add tokyo-1 >/dev/null

# --- the power of the centre fails while segments are sent and loaded: what left the spool is there, in the end exactly once
# absent FOLDER FILE...: how many of these wait at the post no more, and are not in the centre's folder as they were sent.
absent() {
	local folder=$1 file name count=0
	for file in "${@:2}"; do
		name=${file##*/}
		[ -e "$spool/out/$name" ] && continue
		cmp -s "$file" "$folder/inbox/tokyo-1/$name" || cmp -s "$file" "$folder"/archive/tokyo-1/*/"$name" || count=$((count + 1))
	done
	echo "$count"
}
cut_power() {
	python3 -c 'import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))' "$scratch/disk" # EXT4_IOC_SHUTDOWN, without the journal
	end_daemon disk/one KILL
	end_daemon loader KILL
	pgrep -f -- "--store $scratch/disk/store" | xargs -r kill -9
	wait_for "umount '$scratch/disk'" 10 || fail "the disk is still in use"
}
power() { # ROUNDS [LYING]: leaves in $lost how many were acknowledged and are absent
	local round part
	truncate -s 1G "$scratch/disk.img" && mkfs.ext4 -q -F "$scratch/disk.img" && mkdir -p "$scratch/disk" && mount -o loop "$scratch/disk.img" "$scratch/disk" || return
	mkdir "$scratch/disk/one" && cp -r "$scratch/one/identity" "$scratch/disk/one/identity" && sync -f "$scratch/disk"
	new_spool
	lost=0
	for round in $(seq "$1"); do
		LYING_DISK=${2-} start_collector disk/one 8444
		part=("${made[@]:$(((round - 1) * ${#made[@]} / $1)):$((${#made[@]} / $1 + 1))}")
		feed "${part[@]}"
		[ -n "${2-}" ] || run_daemon loader bash -c "while :; do '$teiten' --set 'store=$scratch/disk/store' load '$scratch/disk/one'; sleep 0.1; done"
		sleep "0.$((RANDOM % 9 + 1))"
		[ -n "${2-}" ] && all_sent "before the power fails"
		[ $((round % 2)) = 0 ] && wait_for "[ -d '$scratch/disk/one/archive' ]" 10
		cut_power
		mount -o loop "$scratch/disk.img" "$scratch/disk" || return
		lost=$((lost + $(absent "$scratch/disk/one" "${part[@]}")))
	done
}
configure_post 8444
new_spool
start_upload
if power "$rounds"; then
	is "absent of what was acknowledged, after $rounds power cuts" 0 "$lost"
	end_daemon upload # who starts anew does not wait as it was asked to
	start_upload
	start_collector disk/one 8444
	all_sent "after the power cuts"
	with disk/store load --all "$scratch/disk/one" >"$scratch/out" 2>&1 || fail "load after the power cuts: $(cat "$scratch/out")"
	same_rows "after $rounds power cuts" disk/store
	end_daemon disk/one
	cut_power
	power 1 sync
	checks=$((checks + 1))
	[ "$lost" -gt 0 ] || fail "control: with a disk that lies nothing is lost: the test is too weak"
	umount "$scratch/disk"
fi
end_daemon upload

# box_of FOLDER: with the same authority and sensors as the first
box_of() {
	mkdir -p "$scratch/$1" && cp -r "$scratch/one/identity" "$scratch/$1/"
}
loaded() { # WHAT STORE FOLDER
	load "$2" "$3" --all >"$scratch/out" || fail "$1: load: $(cat "$scratch/out")"
}

# --- the collector's disk is full: the post keeps what is not taken, and all is well when there is room
mkdir "$scratch/full"
mount -t tmpfs -o size=14m none "$scratch/full"
box_of full
head -c 5000k /dev/zero >"$scratch/full/fill"
start_collector full 8444
start_upload
feed "${made[@]}"
checks=$((checks + 2))
wait_for "grep -q 'state=troubled' '$scratch/upload.log'" || fail "full disk: the uploader did not meet it"
[ "$(waiting)" -gt 0 ] && [ "$(waiting)" -lt ${#made[@]} ] || fail "full disk: $(waiting) of ${#made[@]} wait: the test is too weak"
is "full disk: nothing is given up or set aside" "0 0" "$(absent "$scratch/full" "${made[@]}") $(ls "$spool/rejected" | wc -l)"
rm "$scratch/full/fill"
end_daemon upload # who starts anew does not wait as it was asked to
start_upload
all_sent "the disk has room again"
loaded "the disk has room again" full-store full
same_rows "the disk has room again" full-store
end_daemon full
end_daemon upload
umount -l "$scratch/full"

# --- two collectors, one behind nginx, and one ClickHouse: what both have counts once
library=$TEITEN_DEPS/@chdb/lib-linux-x64-gnu/libchdb.so
mkdir "$scratch/server"
run_daemon server "$TEITEN_BIN/tests/clickhouse_server" "$library" "$scratch/server" 8123
wait_for 'curl -sf http://127.0.0.1:8123/ping >/dev/null' 60 || fail "the server does not start"
box_of two
configure_nginx one
start_nginx
start_collector one proxied
start_collector two 8444
configure_post 8443 8444
load_server() { # FOLDER [OPTION]
	"$teiten" --set store=clickhouse://127.0.0.1:8123/default load ${2-} "$scratch/$1" >>"$scratch/server-$1.log" 2>&1
}
start_upload
for part in 0 1 2 3; do
	feed "${made[@]:$((part * ${#made[@]} / 4)):$((${#made[@]} / 4))}"
	load_server one &
	first=$!
	load_server two &
	wait $! $first
done
all_sent "two collectors"
is "two collectors: each has all" "${#made[@]} ${#made[@]}" "$(grep -c request=taken "$scratch/one.log") $(grep -c request=taken "$scratch/two.log")"
for box in one two one; do load_server $box --all || fail "two collectors: $(tail -n 2 "$scratch/server-$box.log")"; done
checks=$((checks + 1))
questions | while read -r question; do curl -sf "http://127.0.0.1:8123/?database=default" --data-binary "$question"; done >"$scratch/server.rows"
cmp -s "$scratch/file.rows" "$scratch/server.rows" || fail "two collectors: other rows: $(diff "$scratch/file.rows" "$scratch/server.rows" | head -n 20)"
end_daemon upload
end_daemon two
end_daemon server

# --- what comes again, the last first, damaged, of another, with a number that was used, of the future: the store has exactly the set,
# what is refused is set aside at both ends with its reason, and nothing waits for it
ahead=$(($(date +%s) + 20 * 86400))
python3 "$here/conversations.py" "$scratch/ahead.pcap" $ahead 20 198.51.100 2 >"$scratch/count"
with file import "$scratch/ahead.pcap" >"$scratch/out" 2>&1 || fail "import: $(cat "$scratch/out")"
rows file >"$scratch/file.rows"
segments_of() { # CAPTURE FOLDER EPOCH_DIGIT [OPTION...]
	"$TEITEN_BIN/tests/cut_segments" "$1" "$scratch/$2" tokyo-1 "$3" 5 "${@:4}" >/dev/null
}
segments_of "$scratch/ahead.pcap" future 2
segments_of "$scratch/ahead.pcap" used 1            # with numbers that are used
segments_of "$scratch/ahead.pcap" other 3 as=osaka-1 # of another, as it says
future=("$scratch"/future/inbox/tokyo-1/*)
used=("$scratch"/used/inbox/tokyo-1/*)
other=("$scratch"/other/inbox/tokyo-1/*)
damaged=$scratch/poison/${future[1]##*/} # comes before the right one of that number
mkdir "$scratch/poison"
python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 255
open(sys.argv[2], "wb").write(data)' "${future[1]}" "$damaged"
head -c 200M /dev/zero | zstd -q >"${damaged/00001.pcapng/00090.pcapng}"
head -c 300 "${future[0]}" >"${damaged/00001.pcapng/00091.pcapng}"
: >"${damaged/00001.pcapng/00092.pcapng}"
poison=("$scratch"/poison/*)

end_daemon one
box_of hostile
start_collector hostile proxied
configure_post 8443
start_upload
half=$((${#made[@]} / 2))
feed "${made[@]:half}"
all_sent "the last first"
load hostile-store hostile >"$scratch/out" || fail "the last first: load: $(cat "$scratch/out")"
feed "${made[@]:0:half}" "${made[@]: -5}" "${poison[@]}" "${other[@]}"
all_sent "poisoned"
end_daemon upload # it does not send again at once what it has just sent
start_upload
feed "${used[@]}" "${future[@]}"
all_sent "used numbers, and the future"
refused=$((${#poison[@]} + ${#other[@]}))
wait_for '[ "$(ls "$spool/rejected"/*.reason | wc -l)" = $((refused + ${#used[@]})) ]' 5 || fail "what is not right is not set aside at the post: $(ls "$spool/rejected")"
has "with the reason" 'segment of the sensor "osaka-1", sent by "tokyo-1"' "$(cat "$spool/rejected"/*.reason)"
loaded "hostile" hostile-store hostile
same_rows "hostile" hostile-store
is "teiten sensors tells how many" "$refused" "$(with hostile-store --set collect.folder="$scratch/hostile" sensors --format csv | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } $1 == "tokyo-1" { print $at["refused"] }')"
is "they are in the quarantine" "$refused" "$(ls "$scratch/hostile/quarantine/tokyo-1"/*.reason | wc -l)"
segments_of "$scratch/ahead.pcap" again 4
feed "$scratch"/again/inbox/tokyo-1/*
all_sent "control"
loaded "control" hostile-store hostile
checks=$((checks + 1))
rows hostile-store >"$scratch/twice.rows"
cmp -s "$scratch/file.rows" "$scratch/twice.rows" && fail "control: what counts twice is not seen: the test is too weak"

# --- who is not allowed: revoked while connected, or of a foreign authority
has_taken() {
	grep -c request=taken "$scratch/hostile.log"
}
before=$(has_taken)
# over one connection, from before the identity is revoked
coproc client { openssl s_client -quiet -tls1_3 -connect 127.0.0.1:8443 -cert "$scratch/tokyo-1.identity.pem" -key "$scratch/tokyo-1.identity.pem" -CAfile "$scratch/one/identity/ca.pem" 2>/dev/null; }
client_pid=$client_PID
# request LINE BODY: prints the status
request() {
	printf '%s HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n%s' "$1" ${#2} "$2" >&"${client[1]}"
	local line status= length=0
	while read -r -t 5 line <&"${client[0]}"; do
		line=${line%$'\r'}
		[ -n "$status" ] || status=$(cut -d' ' -f2 <<<"$line")
		[[ ${line,,} == content-length:* ]] && length=${line##* }
		[ "$line" != "" ] || break
	done
	read -r -t 5 -N "$length" line <&"${client[0]}"
	echo "$status"
}
is "before it is revoked" "200" "$(request "PUT /v1/heartbeat" "{}")"
identity hostile revoke tokyo-1 >/dev/null
is "then, over the same connection" "403 403" "$(request "PUT /v1/heartbeat" "{}") $(request "GET /v1/health" "")"
kill "$client_pid" 2>/dev/null
wait "$client_pid" 2>/dev/null
rm -f "$spool"/rejected/*
segments_of "$scratch/ahead.pcap" late 5
late=("$scratch"/late/inbox/tokyo-1/*)
feed "${late[@]}"
checks=$((checks + 1))
wait_for "grep -q state=forbidden '$scratch/upload.log'" || fail "revoked: the uploader did not hear of it"
end_daemon upload
rm "$scratch/tokyo-1.identity.pem"
identity hostile add tokyo-1 >/dev/null
mv "$scratch/tokyo-1.identity.pem" "$scratch/new.identity.pem"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tokyo-1 -days 30 -keyout "$scratch/foreign.key" \
	-out "$scratch/foreign.crt" 2>/dev/null
cat "$scratch/foreign.key" "$scratch/foreign.crt" "$scratch/one/identity/ca.pem" >"$scratch/tokyo-1.identity.pem"
chmod 600 "$scratch/tokyo-1.identity.pem"
start_upload
checks=$((checks + 1))
wait_for "grep -q state=troubled '$scratch/upload.log'" || fail "foreign: the uploader did not hear of it"
end_daemon upload
is "revoked or foreign: nothing was taken, nothing is gone" "$before ${#late[@]} 0" "$(has_taken) $(waiting) $(ls "$spool/rejected" | wc -l)"
mv "$scratch/new.identity.pem" "$scratch/tokyo-1.identity.pem"
start_upload
all_sent "with a new identity"
is "with a new identity" $((before + ${#late[@]})) "$(has_taken)"
finish
