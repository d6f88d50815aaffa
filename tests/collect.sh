#!/usr/bin/env bash
# teiten collect with curl as the sensor: what is answered with 201 is there for good, what is not right harms nobody.
#     tests/collect.sh [ROUNDS]      of kill -9; 6 when not given (TEITEN_ROUNDS)
# What is mounted here is nobody else's: a file system that another namespace holds would not go away.
[ "$(id -u)" = 0 ] && [ -z "${TEITEN_ALONE-}" ] && TEITEN_ALONE=1 exec unshare --mount bash "$0" "$@"
rounds=${1:-${TEITEN_ROUNDS:-6}}
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/collect_lib.sh"
. "$(dirname "$0")/nginx_lib.sh"
nginx_pid=
sensor_pid=
mounted=
end() {
	stop_collect
	[ -n "$sensor_pid" ] && kill "$sensor_pid" 2>/dev/null
	[ -n "$nginx_pid" ] && kill "$nginx_pid" 2>/dev/null && wait "$nginx_pid" 2>/dev/null
	[ -n "$mounted" ] && umount "$mounted"
	clean_up
}
trap end EXIT
cat >"$TEITEN_CONFIG" <<END
timezone: Asia/Tokyo
store: $scratch/store
collect: {names: "localhost, 127.0.0.1"}
sensors:
  - {name: tokyo-1, addresses: [198.51.100.0/24]}
  - {name: tokyo-2, addresses: [203.0.113.0/24]}
END

# send_all LIST ACKNOWLEDGED: until all are acknowledged or the collector is gone
send_all() {
	while read -r line; do
		case $(put tokyo-1 $line) in
		201 | 208) echo "$line" >>"$2" ;;
		*) return ;;
		esac
	done <"$1"
}

# --- identities
refused "a sensor that is not there" 1 'no sensor of teiten.yaml: add "- \{name: nara-1, addresses' "$teiten" --set collect.folder="$box" sensor add nara-1
for name in tokyo-1 tokyo-2; do identity add $name || fail "identity of $name"; done
is "an identity is for its owner alone" 600 "$(stat -c %a "$scratch/tokyo-1.identity.pem")"
is "the key of the authority too" 600 "$(stat -c %a "$box/identity/ca.key")"
has "its name" "CN = tokyo-1" "$(openssl x509 -in "$scratch/tokyo-1.identity.pem" -noout -subject)"
refused "a second one" 1 "has an identity until .*teiten sensor renew tokyo-1" "$teiten" --set collect.folder="$box" sensor add tokyo-1
identity renew tokyo-2 --output "$scratch/new.identity.pem"
has "the old one ends in 30 days, the new one later" "^(29|30),valid (729|730),valid $" "$("$teiten" --set collect.folder="$box" sensor list --format csv | grep tokyo-2 | cut -d, -f4,5 | sort -n | tr '\n' ' ')"

start_collect collect.daily_mib=200
checks_of() { # WAY: the same through whatever is before it
	local way=$1 digit=$2
	make tokyo-1 "$digit" 0 3 20000 >"$scratch/list"
	read -r epoch sequence digest file <"$scratch/list"
	is "$way: taken" 201 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file")"
	is "$way: the same again" 208 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file")"
	make tokyo-1 "$digit" 0 1 30000 >"$scratch/other"
	is "$way: another with its name" 409 "$(put tokyo-1 $(cat "$scratch/other"))"
	is "$way: the other's digest is not known" 1 "$(grep -c "another segment" "$scratch/answer")"
	make tokyo-1 "$digit" 0 1 20000 >/dev/null
	# not right: each is set aside, and what comes behind it goes on
	read -r epoch sequence digest file < <(sed -n 2p "$scratch/list")
	head -c 9000 "$file" >"$scratch/torn"
	torn=$(sha256sum <"$scratch/torn" | cut -c1-64)
	is "$way: torn" 422 "$(put tokyo-1 "$epoch" "$sequence" "$torn" "$scratch/torn")"
	is "$way: with another digest" 422 "$(put tokyo-1 "$epoch" "$sequence" "$torn" "$file")"
	is "$way: of another sensor" 422 "$(put tokyo-2 "$epoch" "$sequence" "$digest" "$file")"
	has "$way: which is said" 'segment of the sensor "tokyo-1", sent by "tokyo-2"' "$(cat "$scratch/answer")"
	is "$way: with another sequence" 422 "$(put tokyo-1 "$epoch" 77 "$digest" "$file")"
	head -c 200000000 /dev/zero >"$scratch/zeros"
	zstd -qf "$scratch/zeros" -o "$scratch/bomb"
	is "$way: a bomb" 422 "$(put tokyo-1 "$epoch" 5 "$(sha256sum <"$scratch/bomb" | cut -c1-64)" "$scratch/bomb")"
	zstd -qc <"$scratch/zeros" >"$scratch/bomb"
	is "$way: a bomb that does not say its size" 422 "$(put tokyo-1 "$epoch" 6 "$(sha256sum <"$scratch/bomb" | cut -c1-64)" "$scratch/bomb")"
	head -c 8388609 /dev/urandom >"$scratch/long"
	is "$way: too long" 413 "$(put tokyo-1 "$epoch" 7 "$digest" "$scratch/long")"
	is "$way: too long, without asking first" 413 "$(put tokyo-1 "$epoch" 7 "$digest" "$scratch/long" -H Expect:)"
	is "$way: too long, without saying how long" 413 "$(put tokyo-1 "$epoch" 7 "$digest" - -H Expect: <"$scratch/long")"
	is "$way: nothing" 422 "$(put tokyo-1 "$epoch" 8 "$digest" /dev/null)"
	is "$way: no path" 422 "$(put tokyo-1 ../inbox 8 "$digest" "$file" --path-as-is)"
	is "$way: no digest" 422 "$(ask tokyo-1 PUT "/v1/segments/$epoch/8" -T "$file")"
	is "$way: a sequence beyond all bounds" 422 "$(put tokyo-1 "$epoch" 4294967296 "$digest" "$file")"
	is "$way: no such thing" 404 "$(ask tokyo-1 PUT /v1/other -T "$file")"
	is "$way: what stands behind goes on" 201 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file")"
	read -r epoch sequence digest file < <(sed -n 3p "$scratch/list")
	is "$way: reduced" 201 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file" -H "X-Teiten-Level: headers")"
	is "$way: a level that there is not" 422 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file" -H "X-Teiten-Level: half")"
	is "$way: heartbeat" 200 "$(ask tokyo-1 PUT /v1/heartbeat -d '{"spool": 3}')"
	has "$way: what is known of it" '^\{"heard_s":[0-9],"taken":3,"missing":0,"given_up":0,"packets":60,"lost":0,"clock_ms":[0-9]+\}$' "$(cat "$scratch/answer")"
	# who is not allowed
	"$maker" "$scratch/post" tokyo-2 "$digit" 9 1 >"$scratch/list"
	read -r epoch sequence digest file <"$scratch/list"
	for who in foreign expired; do
		has "$way: $who" "^(000|400)$" "$(put $who "$epoch" "$sequence" "$digest" "$file")"
		has "$way: $who, asking" "^(000|400)$" "$(ask $who GET /v1/health)"
	done
	is "$way: a certificate of this authority that is not listed" 403 "$(put unlisted "$epoch" "$sequence" "$digest" "$file")"
	has "$way: no certificate" "^(000|400)$" "$(curl -s --cacert "$box/identity/ca.pem" -o /dev/null -w '%{http_code}' "$url/v1/health")"
	is "$way: TLS 1.2" 000 "$(ask tokyo-2 GET /v1/health --tls-max 1.2)"
	is "$way: the same with TLS 1.3" 200 "$(ask tokyo-2 GET /v1/health)"
	is "$way: who says to be another" 422 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file" -H "X-Client-Cert: $(escaped "$scratch/tokyo-2.identity.pem")")"
}
# A certificate as nginx hands it on.
escaped() {
	openssl x509 -in "$1" | python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.stdin.read()))'
}
# Others with the same name: of no authority, ended, and of this authority but not in the list.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tokyo-1 -days 30 -keyout "$scratch/foreign.key" \
	-out "$scratch/foreign.crt" 2>/dev/null
cat "$scratch/foreign.key" "$scratch/foreign.crt" >"$scratch/foreign.identity.pem"
issue() { # NAME DAYS
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tokyo-1 -keyout "$scratch/$1.key" 2>/dev/null |
		openssl x509 -req -CA "$box/identity/ca.pem" -CAkey "$box/identity/ca.key" -CAcreateserial -CAserial "$scratch/serial" -days "$2" \
			-out "$scratch/$1.crt" 2>/dev/null
	cat "$scratch/$1.key" "$scratch/$1.crt" >"$scratch/$1.identity.pem"
}
issue unlisted 30
issue expired -1

checks_of direct a
is "what was refused is set aside with its reason" 7 "$(ls "$box/quarantine/tokyo-1"/*.reason | wc -l)"
is "nothing half-received is left" 0 "$(ls "$box/tmp" | wc -l)"
is "one line for each request that matters" 3 "$(grep -c "request=taken.*sensor=tokyo-1" "$scratch/log")"

# --- supervision
is "health in plain" "ok" "$(curl -s "$plain/v1/health")"
is "no segments there" 404 "$(curl -s -o /dev/null -w '%{http_code}' -T "$file" "$plain/v1/segments/$epoch/$sequence")"
refused "a second collector in the same folder" 1 "another collector has this folder" "$teiten" "${settings[@]}" collect

# --- clocks
make tokyo-1 b 0 1 1000 86400 >"$scratch/list"
is "a segment of tomorrow is taken" 201 "$(put tokyo-1 $(cat "$scratch/list"))"
has "and marked" "clock=ahead" "$(tail -n 1 "$scratch/log")"
make tokyo-1 b 1 1 1000 100 >"$scratch/list"
is "one that is a little ahead" 201 "$(put tokyo-1 $(cat "$scratch/list"))"
checks=$((checks + 1))
tail -n 1 "$scratch/log" | grep -q clock=ahead && fail "a little ahead is marked"

# --- clients that stall do not hold up the others
read -r epoch sequence digest file < <(make tokyo-2 c 0 1 1000000)
stalled=()
for i in 1 2 3; do
	put tokyo-2 "$epoch" $((100 + i)) "$digest" "$file" --limit-rate 1k --max-time 3 >/dev/null &
	stalled+=($!)
done
sleep 0.5
make tokyo-1 c 9 1 >"$scratch/list"
is "beside clients that stall" 201 "$(put tokyo-1 $(cat "$scratch/list"))"
put tokyo-2 "$epoch" 104 "$digest" "$file" --limit-rate 1k --max-time 3 >/dev/null &
stalled+=($!)
sleep 0.5
is "one sensor sends few at once" 429 "$(put tokyo-2 "$epoch" 105 "$digest" "$file")"
has "and hears when to try again" "Retry-After: 30" "$(cat "$scratch/headers")"
wait "${stalled[@]}"
is "then it may again" 201 "$(put tokyo-2 "$epoch" "$sequence" "$digest" "$file")"

# --- revoked on an open connection
coproc client { openssl s_client -quiet -tls1_3 -connect "${url#https://}" -cert "$scratch/tokyo-2.identity.pem" -key "$scratch/tokyo-2.identity.pem" -CAfile "$box/identity/ca.pem" 2>/dev/null; }
client_pid=$client_PID
heartbeat() {
	printf 'PUT /v1/heartbeat HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}' >&"${client[1]}"
	local line status=
	while read -r -t 5 line <&"${client[0]}"; do
		[ -n "$status" ] || status=$(cut -d' ' -f2 <<<"$line")
		[ "${line%$'\r'}" = "" ] && break
	done
	read -r -t 5 line <&"${client[0]}"
	echo "$status"
}
is "before it is revoked" 200 "$(heartbeat)"
identity revoke tokyo-2
is "afterwards, over the same connection" 403 "$(heartbeat)"
kill "$client_pid" 2>/dev/null
wait "$client_pid" 2>/dev/null
is "and over a new one" 403 "$(put tokyo-2 "$epoch" 1 "$digest" "$file")"
is "others may go on" 200 "$(ask tokyo-1 PUT /v1/heartbeat -d '{}')"
cp "$box/identity/allowed" "$scratch/allowed"
echo damaged >"$box/identity/allowed"
is "while the list cannot be read nobody may" 503 "$(ask tokyo-1 PUT /v1/heartbeat -d '{}')"
cp "$scratch/allowed" "$box/identity/allowed"
is "and all again" 200 "$(ask tokyo-1 PUT /v1/heartbeat -d '{}')"
rm "$scratch/tokyo-2.identity.pem"
identity add tokyo-2
is "a new identity" 200 "$(ask tokyo-2 PUT /v1/heartbeat -d '{}')"
stop_collect

# --- a day's bytes
start_collect collect.daily_mib=1
make tokyo-1 d 0 12 100000 >"$scratch/list"
codes=$(while read -r line; do put tokyo-1 $line; echo; done <"$scratch/list" | sort | uniq -c | tr -s ' \n' ' ')
is "as much as a day may have" " 11 201 1 429 " "$codes"
has "Retry-After" "Retry-After: 600" "$(cat "$scratch/headers")"
stop_collect

# --- behind nginx
if command -v nginx >/dev/null; then
	nginx_files
	start_collect collect.listen=none collect.listen_proxied="$scratch/nginx.sock"
	chmod o+x "$scratch"
	port=$((20000 + RANDOM % 20000))
	sed -e "s|unix:/run/teiten-collect/nginx.sock|unix:$scratch/nginx.sock|; s|/var/lib/teiten/collect|$box|; s|listen 8443|listen 127.0.0.1:$port|; /listen \[::\]/d" \
		"$TEITEN_SOURCE/share/nginx/teiten-collect.conf" >"$scratch/nginx/site.conf"
	nginx -p "$scratch/nginx" -c "$scratch/nginx/nginx.conf" 2>"$scratch/nginx/start.log" &
	nginx_pid=$!
	url=https://127.0.0.1:$port
	for _ in $(seq 50); do curl -s -o /dev/null --cacert "$box/identity/ca.pem" "$url/" && break; sleep 0.1; done
	checks_of nginx e
	is "without a certificate nothing is believed" 403 "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$scratch/nginx.sock" -X PUT -d '{}' http://x/v1/heartbeat)"
	is "with one it is" 200 "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$scratch/nginx.sock" -X PUT -d '{}' -H "X-Client-Cert: $(escaped "$scratch/tokyo-1.identity.pem")" http://x/v1/heartbeat)"
	is "it is only for owner and group" 660 "$(stat -c %a "$scratch/nginx.sock")"
	kill "$nginx_pid" && wait "$nginx_pid" 2>/dev/null
	nginx_pid=
	stop_collect
	is "the socket is gone" no "$([ -e "$scratch/nginx.sock" ] && echo yes || echo no)"
fi
refused "a collector to which nobody can send" 1 "both none" "$teiten" --set collect.folder="$box" --set collect.listen=none collect
refused "a socket for nginx that anybody can reach" 1 "collect.listen_proxied: .*not the loopback" "$teiten" --set collect.folder="$box" --set collect.listen_proxied=0.0.0.0:0 collect

# --- a full disk: nothing is promised, and all is well when there is room
if [ "$(id -u)" = 0 ]; then
	mkdir "$scratch/small"
	mount -t tmpfs -o size=20m none "$scratch/small" && mounted=$scratch/small
fi
if [ -n "$mounted" ]; then
	cp -r "$box/identity" "$mounted/identity"
	box=$mounted
	start_collect
	make tokyo-1 f 0 30 600000 >"$scratch/list"
	while read -r line; do put tokyo-1 $line; echo; done <"$scratch/list" >"$scratch/codes"
	taken=$(grep -c 201 "$scratch/codes")
	is "a full disk: some are taken, the others are told so" "30 yes" "$((taken + $(grep -c 507 "$scratch/codes"))) $([ "$taken" -gt 0 ] && [ "$taken" -lt 30 ] && echo yes)"
	has "when to try again" "Retry-After" "$(cat "$scratch/headers")"
	is "health says it" 503 "$(curl -s -o /dev/null -w '%{http_code}' "$plain/v1/health")"
	is "nothing half-received" 0 "$(ls "$box/tmp" | wc -l)"
	mount -o remount,size=60m "$mounted"
	while read -r line; do put tokyo-1 $line; echo; done <"$scratch/list" >"$scratch/codes"
	is "with room the rest is taken" "$taken $((30 - taken))" "$(grep -c 208 "$scratch/codes") $(grep -c 201 "$scratch/codes")"
	same_set "$scratch/list" "after the full disk"
	stop_collect
	umount "$mounted" && mounted=
	box=$scratch/box
fi

# --- kill -9 at any moment while two senders send: what was acknowledged is there, all of it in the end, once and byte for byte
rm -rf "$box/inbox" "$box/known"
make tokyo-1 0 0 60 200000 >"$scratch/list"
: >"$scratch/acknowledged"
for round in $(seq "$rounds"); do
	start_collect
	shuf "$scratch/list" >"$scratch/list.1"
	shuf "$scratch/list" >"$scratch/list.2"
	send_all "$scratch/list.1" "$scratch/acknowledged" &
	first=$!
	send_all "$scratch/list.2" "$scratch/acknowledged" &
	second=$!
	sleep "0.$((RANDOM % 9 + 1))"
	kill -9 "$collect_pid"
	wait "$collect_pid" "$first" "$second" 2>/dev/null
	collect_pid=
done
sort -u "$scratch/acknowledged" >"$scratch/list.acknowledged"
checks=$((checks + 1))
[ -s "$scratch/acknowledged" ] || fail "nothing was acknowledged: the test is too weak"
is "absent of what was acknowledged" 0 "$(absent "$scratch/list.acknowledged")"
start_collect
is "nothing half-received after kill -9" 0 "$(ls "$box/tmp" | wc -l)"
send_all "$scratch/list" "$scratch/acknowledged"
same_set "$scratch/list" "after kill -9"
has "nothing is missing" '"taken":60,"missing":0,"given_up":0' "$(ask tokyo-1 PUT /v1/heartbeat -d '{}' >/dev/null; cat "$scratch/answer")"
# the records too: without them the same segments would be taken once more
rm -rf "$box/inbox/tokyo-1"/*
head -n 5 "$scratch/list" >"$scratch/few"
is "what the store has by now is known" 5 "$(while read -r line; do put tokyo-1 $line; echo; done <"$scratch/few" | grep -c 208)"
stop_collect

# --- control: a collector that answers before there is a file is found out
rm -rf "$box/inbox" "$box/known" "$scratch/acknowledged"
LYING_DISK=link start_collect
send_all "$scratch/few" "$scratch/acknowledged"
stop_collect
is "control: acknowledged but absent" "5 5" "$(grep -c . "$scratch/acknowledged") $(absent "$scratch/acknowledged")"

# --- the power fails (a file system that is shut down as it is): what was acknowledged is there; with a disk that lies it is not
power_cut() { # LYING: prints how many were acknowledged, and how many of these are absent
	local kept=$box
	truncate -s 64M "$scratch/disk.img" && mkfs.ext4 -q -F "$scratch/disk.img" && mount -o loop "$scratch/disk.img" "$scratch/small" || return
	mounted=$scratch/small
	box=$mounted/box
	mkdir "$box" && cp -r "$kept/identity" "$box/identity" && sync -f "$box"
	: >"$scratch/acknowledged"
	LYING_DISK=$1 start_collect collect.free_mib=1
	send_all "$scratch/list" "$scratch/acknowledged"
	python3 -c 'import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))' "$mounted" # EXT4_IOC_SHUTDOWN, without the journal
	kill -9 "$collect_pid"
	wait "$collect_pid" 2>/dev/null
	collect_pid=
	umount "$mounted" && mount -o loop "$scratch/disk.img" "$mounted"
	echo "$(grep -c . "$scratch/acknowledged") $(absent "$scratch/acknowledged")" >"$scratch/power"
	umount "$mounted" && mounted=
	box=$kept
}
make tokyo-1 p 0 40 20000 >"$scratch/list"
if [ "$(id -u)" = 0 ] && power_cut ""; then
	is "acknowledged, and absent after the power failed" "40 0" "$(cat "$scratch/power")"
	power_cut sync
	is "control: the same with a disk that lies" "40 40" "$(cat "$scratch/power")"
fi

# --- the sensor itself sends: the collector dies in between and comes back at the same place
spool=$scratch/spool
mkdir -p "$spool"/{out,tmp,rejected}
rm -rf "$box/inbox" "$box/known" "$scratch/post"
make tokyo-1 s 0 40 100000 >"$scratch/list"
make tokyo-2 x 0 1 >"$scratch/wrong"
cp "$scratch/post"/* "$spool/out" && chmod -R a+rwX "$spool"
start_collect
place=${url#https://}
cat >"$scratch/sensor.yaml" <<END
name: tokyo-1
interface: none
addresses: [198.51.100.0/24]
spool: {folder: $spool}
users: {upload: nobody}
upload: {collectors: ["$url"], identity: $scratch/tokyo-1.identity.pem, retry: 1, heartbeat: 1}
END
"$TEITEN_BIN/teiten-sensor" --config "$scratch/sensor.yaml" upload 2>"$scratch/sensor.log" &
sensor_pid=$!
for _ in $(seq 100); do grep -q request=taken "$scratch/log" && break; sleep 0.02; done
kill -9 "$collect_pid"
wait "$collect_pid" 2>/dev/null
start_collect collect.listen="$place"
for _ in $(seq 200); do [ -z "$(ls "$spool/out")" ] && break; sleep 0.1; done
is "the spool is empty" "" "$(ls "$spool/out")"
same_set "$scratch/list" "sent by the sensor"
is "what is not its own is rejected, and nothing else" "$(basename "$(cut -d' ' -f4 "$scratch/wrong")")" "$(cd "$spool/rejected" && ls | grep -v reason)"
for _ in $(seq 50); do grep -q '"status":' "$box/sensors/tokyo-1.json" 2>/dev/null && break; sleep 0.1; done
has "its heartbeat" '^\{"sensor":"tokyo-1","received_s":[0-9]+,"status":\{' "$(cat "$box/sensors/tokyo-1.json")"
kill "$sensor_pid" && wait "$sensor_pid" 2>/dev/null
stop_collect

# --- what was received goes into the store by a process of its own, which may die
if [ -d "$TEITEN_DEPS/@chdb" ]; then
	rm -rf "$box/inbox" "$box/known"
	start_collect collect.load=true collect.wait_s=0 engine.idle_s=1
	archived() { # COUNT
		for _ in $(seq 150); do
			[ "$(find "$box/archive" -name '*.zst' 2>/dev/null | wc -l)" -ge "$1" ] && break
			sleep 0.1
		done
		find "$box/archive" -name '*.zst' | wc -l
	}
	make tokyo-1 l 0 3 >"$scratch/list"
	send_all "$scratch/list" "$scratch/acknowledged"
	is "loaded" 3 "$(archived 3)"
	kill -9 "$(pgrep -P "$(pgrep -P "$collect_pid")")"
	make tokyo-1 l 3 3 >"$scratch/list"
	send_all "$scratch/list" "$scratch/acknowledged"
	is "loaded after the process died" 6 "$(archived 6)"
	has "which is told" "load=done segments=[1-3] frames=[0-9]+" "$(cat "$scratch/log")"
	keeper=$(pgrep -P "$collect_pid")
	kill -9 "$collect_pid"
	wait "$collect_pid" 2>/dev/null
	collect_pid=
	for _ in $(seq 50); do kill -0 "$keeper" 2>/dev/null || break; sleep 0.1; done
	is "they end with the collector" ended "$(kill -0 "$keeper" 2>/dev/null || echo ended)"
	make tokyo-1 0 0 60 200000 >"$scratch/list"
fi

# --- what a crash leaves: a file without its record is found at the start, one that is no segment is set aside
rm -rf "$box/inbox" "$box/known"
start_collect
read -r epoch sequence digest file < <(head -n 1 "$scratch/list")
is "taken before the crash" 201 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file")"
kill -9 "$collect_pid"
wait "$collect_pid" 2>/dev/null
rm -rf "$box/known"
echo rubbish >"$box/inbox/tokyo-1/$epoch-00000000000000000099.pcapng.zst"
echo half >"$box/tmp/7"
start_collect
has "the start repairs" "swept=1 taken_up=1 set_aside=1" "$(cat "$scratch/log")"
is "it is known again" 208 "$(put tokyo-1 "$epoch" "$sequence" "$digest" "$file")"
has "and counted" '"taken":1,"missing":0' "$(ask tokyo-1 PUT /v1/heartbeat -d '{}' >/dev/null; cat "$scratch/answer")"
has "and the other is in the quarantine" "inbox/tokyo-1/.*99.pcapng.zst" "$(cat "$box/quarantine/tokyo-1"/*99.pcapng.zst.reason)"
stop_collect

# --- the unit of systemd keeps as little as it can
if command -v systemd-analyze >/dev/null; then
	checks=$((checks + 1))
	systemd-analyze security --offline=true --threshold=15 "$TEITEN_SOURCE/share/systemd/teiten-collect.service" >"$scratch/exposure" 2>&1 ||
		fail "the unit is exposed more than 1.5: $(tail -n 1 "$scratch/exposure")"
fi
finish
