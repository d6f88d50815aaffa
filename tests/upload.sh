#!/usr/bin/env bash
# teiten-sensor upload against collectors that answer as they are told to: what was taken leaves the spool, nothing else does.
#     tests/upload.sh [ROUNDS]      of kill -9; 8 when not given (TEITEN_ROUNDS)
. "$(dirname "$0")/lib.sh"
rounds=${1:-${TEITEN_ROUNDS:-8}}
sensor=$TEITEN_BIN/teiten-sensor
server=$TEITEN_SOURCE/tests/upload_server.py
spool=$scratch/spool
export TEITEN_SENSOR_CONFIG=$scratch/teiten-sensor.yaml
pid=
declare -A servers
export https_proxy=http://127.0.0.1:1 ALL_PROXY=http://127.0.0.1:1 # nobody is there: must not be asked

command -v python3 >/dev/null && command -v openssl >/dev/null || skip "needs python3 and openssl"
end_all() {
	[ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
	for name in "${!servers[@]}"; do kill -9 "${servers[$name]}" 2>/dev/null; done
	wait 2>/dev/null
	clean_up
}
trap end_all EXIT

# --- keys
# authority NAME: $scratch/NAME.key and .pem
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
		-keyout "$scratch/$1.key" -out "$scratch/$1.pem" 2>/dev/null
}
# certify AUTHORITY NAME USAGE [ALTNAME]: $scratch/AUTHORITY-NAME.pem, key and certificate
certify() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" -keyout "$scratch/key" -out "$scratch/request" 2>/dev/null
	openssl x509 -req -in "$scratch/request" -CA "$scratch/$1.pem" -CAkey "$scratch/$1.key" -days 30 -out "$scratch/certificate" \
		-extfile <(echo "extendedKeyUsage=$3${4:+
subjectAltName=$4}") 2>/dev/null
	cat "$scratch/key" "$scratch/certificate" >"$scratch/$1-$2.pem"
}
authority ours
authority foreign
certify ours collector serverAuth IP:127.0.0.1,DNS:localhost,DNS:collector.example
certify foreign collector serverAuth IP:127.0.0.1
certify ours elsewhere serverAuth DNS:elsewhere.example
certify ours tokyo-1 clientAuth IP:127.0.0.1
cat "$scratch/ours-tokyo-1.pem" "$scratch/ours.pem" >"$scratch/identity.pem"
chmod 600 "$scratch/identity.pem"

# --- collectors and spool
# collector NAME [CERTIFICATE]: starts one, on the port that it had
collector() {
	mkdir -p "$scratch/$1"
	cp "$scratch/ours.pem" "$scratch/$1/ca.pem"
	cp "$scratch/${2:-ours-collector}.pem" "$scratch/$1/server.pem"
	if [ -f "$scratch/$1/port" ]; then mv "$scratch/$1/port" "$scratch/$1/old_port" && cp "$scratch/$1/old_port" "$scratch/$1/port"; fi
	python3 "$server" "$scratch/$1" 2>"$scratch/$1/errors" &
	servers[$1]=$!
	wait_for "test -s $scratch/$1/port && (exec 3<>/dev/tcp/127.0.0.1/\$(cat $scratch/$1/port))" || fail "collector $1: $(cat "$scratch/$1/errors")"
}
end_collector() {
	kill -9 "${servers[$1]}" 2>/dev/null
	wait "${servers[$1]}" 2>/dev/null
	unset "servers[$1]"
}
url() {
	echo "https://$([ "$1" = two ] && echo localhost || echo 127.0.0.1):$(cat "$scratch/$1/port")"
}
# wait_for CONDITION [SECONDS]
wait_for() {
	for _ in $(seq $((${2:-10} * 20))); do
		eval "$1" 2>/dev/null && return
		sleep 0.05
	done
	return 1
}
# configure NAME...: collectors by these names
configure() {
	local list= name
	for name in "$@"; do list="$list${list:+, }\"$(url "$name")\""; done
	cat >"$TEITEN_SENSOR_CONFIG" <<END
name: tokyo-1
interface: none
addresses: [198.51.100.0/24]
spool: {folder: $spool}
users: {upload: nobody}
upload: {collectors: [$list], identity: $scratch/identity.pem, retry: 1, heartbeat: 1}
END
}
# new_spool: empty, as a sensor makes it
new_spool() {
	rm -rf "$spool"
	mkdir -p "$spool"/{out,tmp,rejected}
	chmod -R 777 "$spool"
	heard
}
# heard: as a sensor that captures says every other second
heard() {
	local now
	now=$(date +%s)
	echo "{\"sensor\":\"tokyo-1\",\"mode\":\"passive\",\"started_s\":$now,\"written_s\":$now,\"heard_s\":$now}" >"$spool/status.json"
}
# segment SEQUENCE [AGE_S [LEVEL [KIB]]]
epoch=00112233445566778899aabbccddeeff
segment() {
	local name
	name=$epoch-$(printf %020d "$1")${3:+-$3}.pcapng.zst
	head -c "$((${4:-2} * 1024))" /dev/urandom >"$scratch/new"
	chmod 444 "$scratch/new"
	touch -d "-${2:-0} seconds" "$scratch/new"
	mv -f "$scratch/new" "$spool/out/$name"
	cp "$spool/out/$name" "$scratch/sent/$epoch-$1${3:+-$3}"
}
start() {
	"$sensor" "$@" upload 2>"$scratch/log" &
	pid=$!
	wait_for "grep -q state=uploading $scratch/log" || fail "it did not start: $(cat "$scratch/log")"
}
stop() {
	kill "$pid"
	wait "$pid"
	is "$1: ends in order" 0 $?
	pid=
}
is_empty() {
	[ -z "$(ls "$spool/out")" ]
}
# all_taken WHAT NAME SECONDS: the spool becomes empty, and that collector has exactly what was sent
all_taken() {
	wait_for is_empty "$3" || fail "$1: $(ls "$spool/out" | wc -l) still wait: $(cat "$scratch/log")"
	same_set "$1" "$2"
}
same_set() {
	checks=$((checks + 1))
	diff -r "$scratch/sent" "$scratch/$2/taken" >"$scratch/diff" || fail "$1: the collector's set is not the spool's: $(head -n 3 "$scratch/diff")"
}
fresh() {
	rm -rf "$scratch/sent" "$scratch/$1/taken" "$scratch/$1/log" "$scratch/$1/plan"
	mkdir "$scratch/sent" "$scratch/$1/taken"
	new_spool
}
# sequences NAME [STATUS]: in the order in which it answered so
sequences() {
	awk -v status="${2:-201}" '$4 == status && $2 ~ /segments/ { sub(".*/", "", $2); printf "%s ", $2 }' "$scratch/$1/log"
}
chmod 755 "$scratch"
collector one
configure one

# times NAME STATUS: seconds at which it answered so, by its own clock
times() {
	awk -v status="$2" '$4 == status && $2 ~ /segments/ { print $1 }' "$scratch/$1/log"
}
# less A B: as numbers with fractions
less() {
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'
}
plan() {
	printf '%s\n' "${@:2}" >"$scratch/$1/plan"
}

# --- what was taken leaves, with 201 and with 208
fresh one
for i in 0 1 2 3 4; do segment "$i"; done
start
all_taken "201" one 5
wait_for "grep -q heard_s $scratch/spool/status-upload.json" || fail "no heartbeat was answered"
has "a heartbeat says who it is and what waits" '"sensor":"tokyo-1".*"clock":.*"waiting":[0-9]' "$(cat "$scratch/one/heartbeat")"
plan one mute
segment 5
all_taken "taken, but the answer was lost" one 10
has "it was sent again" "5 " "$(sequences one 208)"
segment 6
segment 7 0 headers
segment 8 0 counters
wait_for is_empty || fail "reduced segments wait"
is "levels are told" "6 whole 7 headers 8 counters" "$(awk '$2 ~ /[678]$/ { sub(".*/", "", $2); print $2, $3 }' "$scratch/one/log" | sort | xargs)"
stop "201"

# --- rights of the process
start
is "no capability" "0000000000000000 0000000000000000" "$(awk '/^Cap(Eff|Prm)/ { printf "%s%s", sep, $2; sep = " " }' "/proc/$pid/status")"
is "and it can get none" 1 "$(awk '/^NoNewPrivs/ { print $2 }' "/proc/$pid/status")"
is "and it runs under a filter" 2 "$(awk '/^Seccomp:/ { print $2 }' "/proc/$pid/status")"
[ "$(id -u)" != 0 ] || is "and as another user" "$(id -u nobody)" "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")"
stop "rights"

# --- what is refused is set aside with the reason, and the rest goes on
fresh one
plan one 409 413 422
for i in 0 1 2; do segment "$i" $((i * 1000)); done
start
wait_for "is_empty && [ \$(ls $spool/rejected/*.reason | wc -l) = 3 ]" || fail "refused: not set aside: $(ls "$spool"/*)"
is "refused: the reasons" "https: told to say 409 https: told to say 413 https: told to say 422" \
	"$(cut -d : -f 1,4- "$spool"/rejected/*.reason | sed 's,: [0-9]* ,: ,' | sort | xargs)"
is "refused: they are there whole" "$(cat "$scratch"/sent/* | cksum)" "$(cat "$spool"/rejected/*.zst | cksum)"
segment 3
wait_for is_empty || fail "refused: the next one waits"
wait_for "grep -q '\"rejected\":3' $spool/status-upload.json"
heard
"$sensor" status >"$scratch/status" 2>&1
is "refused: status" 1 $?
has "refused: status says so" "3 segments were refused" "$(cat "$scratch/status")"
rm "$spool"/rejected/*
wait_for "grep -q '\"rejected\":0' $spool/status-upload.json" 20 || fail "refused: cleared, but not in the status"
heard
"$sensor" status >"$scratch/status" 2>&1 || fail "refused: cleared, but $(tail -n 1 "$scratch/status")"
wait_for '"$sensor" status | grep -qE "https://.*: heard [0-9]+ s ago, 0 lost, 0 segments missing, 0 wait"' || fail "status: not heard by the collector: $("$sensor" status)"
stop "refused"
fresh one
segment 0 0 headers
plan one 409
start
wait_for is_empty || fail "a reduced segment that the collector has waits"
is "409 for a reduced one: nothing is set aside" "" "$(ls "$spool/rejected")"
stop "409 for a reduced one"
fresh one
start --set upload.rejected_mib=1
plan one "always 422"
for i in $(seq 8); do segment "$i" 0 "" 256; done
wait_for is_empty || fail "refused ones wait"
sleep 0.5
checks=$((checks + 1))
[ "$(du -sk "$spool/rejected" | cut -f 1)" -le 1100 ] || fail "what is refused has no bound: $(du -sk "$spool/rejected")"
stop "bound of what is refused"

# --- what stays: any other answer, cuts, answers without end; and none of these stands in the way of others
fresh one
answers=(500 400 404 401 418 "307 - $(url one)/v1/segments/elsewhere" cut long 403)
plan one "${answers[@]}"
for i in "${!answers[@]}"; do segment "$i"; done
start
all_taken "other answers" one 20
is "other answers: each was met" "307 400 401 403 404 418 500" "$(awk '$2 ~ /segments/ && $4 > 299 { print $4 }' "$scratch/one/log" | sort | xargs)"
is "other answers: nothing is set aside" "" "$(ls "$spool/rejected")"
is "other answers: no redirect is followed" 0 "$(grep -c elsewhere "$scratch/one/log")"
has "other answers: it says when it is not allowed" "state=forbidden .*told to say 403" "$(cat "$scratch/log")"
stop "other answers"
fresh one
plan one "slow 2"
segment 0
start
all_taken "a slow answer" one 10
is "a slow answer: sent once" "0 " "$(sequences one)"
stop "a slow answer"

# --- Retry-After, by the collector's clock; without it not at once either
for answer in "429 2" "503 date"; do
	fresh one
	[ "$answer" = "429 2" ] || answer="503 $(date -u -d '+4 seconds' '+%a,_%d_%b_%Y_%H:%M:%S_GMT')"
	plan one "$answer"
	segment 0
	start
	all_taken "$answer" one 15
	first=$(times one "${answer%% *}")
	then=$(times one 201)
	checks=$((checks + 1))
	less "$(awk "BEGIN { print $first + 1.95 }")" "$then" || fail "$answer: again at $then, after $first"
	is "$answer: asked once" 1 "$(times one "${answer%% *}" | wc -l)"
	stop "$answer"
done
fresh one
plan one "always 503"
segment 0
segment 1 1000
start --set upload.retry=3600
sleep 4
stop "503 without Retry-After"
checks=$((checks + 1))
[ "$(times one 503 | wc -l)" -le 12 ] || fail "back-off: $(times one 503 | wc -l) requests in 4 s"

# --- after an outage: the present first, the newest first; what waited at its rate, the oldest first
fresh one
for i in 0 1 2 3 4 5; do segment "$i" $((2000 - i)); done
for i in 10 11 12 13 14; do segment "$i" $((100 - i)); done
start --set upload.backlog_kib=32
all_taken "two lanes" one 15
is "live: newest first" "14 13 12 11 10" "$(sequences one | xargs -n 1 | awk '$1 >= 10' | xargs)"
is "backlog: oldest first" "0 1 2 3 4 5" "$(sequences one | xargs -n 1 | awk '$1 < 10' | xargs)"
times one 201 >"$scratch/times"
last_live=$(awk '$2 ~ /\/1[0-9]$/ { time = $1 } END { print time }' "$scratch/one/log")
backlog=$(awk '$2 ~ /\/[0-9]$/ { if (!n++) first = $1; last = $1 } END { print last - first }' "$scratch/one/log")
third=$(awk '$2 ~ /\/2$/ { print $1 }' "$scratch/one/log")
checks=$((checks + 2))
less "$last_live" "$third" || fail "the backlog went before the present: $(cat "$scratch/one/log")"
less 2.2 "$backlog" || fail "the backlog's rate: six segments that count for 16 KiB each in $backlog s"
stop "two lanes"

# --- whom it trusts: only ours, by its name, with TLS 1.3
for certificate in foreign-collector ours-elsewhere ours-tokyo-1 old_tls; do
	end_collector one
	[ "$certificate" != old_tls ] || { touch "$scratch/one/old_tls"; certificate=ours-collector; }
	collector one "$certificate"
	fresh one
	segment 0
	start
	wait_for "grep -q state=troubled $scratch/log" || fail "$certificate: nothing is wrong"
	is "$certificate: nothing is sent" "" "$(ls "$scratch/one/taken")$(cat "$scratch/one/log" 2>/dev/null)"
	stop "$certificate"
	rm -f "$scratch/one/old_tls"
done
end_collector one
collector one
# the system's authorities count for nothing
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	end_collector one
	collector one foreign-collector
	fresh one
	segment 0
	mkdir -p "$scratch/certs"
	cp "$scratch/foreign.pem" "$scratch/certs/$(openssl x509 -hash -noout -in "$scratch/foreign.pem").0"
	unshare -m sh -c "mount --bind $scratch/certs /etc/ssl/certs && exec $sensor upload" 2>"$scratch/log" &
	pid=$!
	wait_for "grep -q state=troubled $scratch/log" || fail "an authority of the system is trusted: $(cat "$scratch/log")"
	stop "an authority of the system"
	end_collector one
	collector one
fi

# --- a collector that is away, for longer than a back-off, and comes back
fresh one
end_collector one
for i in 0 1 2; do segment "$i"; done
start
wait_for "grep -q state=troubled $scratch/log" || fail "away: it does not say so"
sleep 2
is "away: said once for segments and once for heartbeats" 2 "$(grep -c state=troubled "$scratch/log")"
heard
"$sensor" status >"$scratch/status" 2>&1
wait_for '"$sensor" status 2>/dev/null | grep -qE "s ago: .*connect.*; again in [0-9]+ s"' || fail "away: status does not say why: $("$sensor" status 2>&1)"
has "away: status says what waits" "no segment of this sensor yet, 3 wait" "$(cat "$scratch/status")"
collector one
all_taken "back" one 10
wait_for "grep -q state=sending $scratch/log" || fail "back: it does not say so"
stop "back"

# --- two collectors: nothing leaves before both have it; what each has is known after a kill
collector two
configure one two
fresh two
fresh one
plan two "always 503"
for i in 0 1 2 3; do segment "$i"; done
start
wait_for '[ "$(ls "$scratch/one/taken" | wc -l)" = 4 ]' || fail "the second one holds up the first"
is "two: all are still in the spool" 4 "$(ls "$spool/out" | wc -l)"
sleep 3
kill -9 "$pid"
wait "$pid" 2>/dev/null
start
sleep 2
is "two: what the first has is not sent to it again" "" "$(sequences one 208)"
rm "$scratch/two/plan"
all_taken "two: the second" two 15
same_set "two: the first" one
stop "two"
# a segment that was reduced after one of them had it goes to the other only
fresh two
fresh one
plan two "always 503"
segment 0
start
wait_for '[ -n "$(ls "$scratch/one/taken")" ]' || fail "the first has nothing"
segment 0 0 headers
rm -f "$spool/out/$epoch-$(printf %020d 0).pcapng.zst"
rm "$scratch/two/plan"
wait_for is_empty 15 || fail "the reduced one waits"
is "reduced: to the other only" "0 0 headers" "$(sequences one | xargs) $(awk '$4 == 201 && $2 ~ /segments/ { sub(".*/", "", $2); print $2, $3 }' "$scratch/two/log")"
stop "reduced"
configure one

# --- kill -9 at any moment, with answers that get lost: exactly the spool's set
fresh one
for i in $(seq 0 $((rounds * 40))); do segment "$i" $((i % 3 * 1000)); done
for round in $(seq "$rounds"); do
	plan one mute slow\ 0.1 cut slow\ 0.1 500 slow\ 0.1
	start --set upload.backlog_kib=0
	sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
done
rm -f "$scratch/one/plan"
start --set upload.backlog_kib=0
all_taken "kill -9" one 30
checks=$((checks + 1))
[ -n "$(sequences one 208)" ] || fail "no segment was sent twice: the test is too weak"
stop "kill -9"
# a collector that says 201 and keeps nothing: the comparison above must see it
segment 9999
plan one 201
start
wait_for is_empty || fail "201 and nothing kept: it waits"
checks=$((checks + 1))
diff -r "$scratch/sent" "$scratch/one/taken" >/dev/null && fail "the comparison of sets is blind"
stop "201 and nothing kept"

# --- through a proxy, when one is named
fresh one
python3 "$TEITEN_SOURCE/tests/upload_proxy.py" "$scratch/proxy" &
servers[proxy]=$!
wait_for "test -s $scratch/proxy" || fail "the proxy did not start"
segment 0
start --set "upload.proxy=http://127.0.0.1:$(cat "$scratch/proxy")"
all_taken "proxy" one 5
has "proxy: it was asked" "CONNECT 127.0.0.1:$(cat "$scratch/one/port")" "$(cat "$scratch/proxy.log")"
stop "proxy"

# --- names: its filter lets the resolver ask
if [ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null; then
	fresh one
	end_collector one
	segment 0
	sed -i 's,//127.0.0.1,//collector.example,' "$TEITEN_SENSOR_CONFIG"
	echo "nameserver 127.0.0.1" >"$scratch/resolv.conf"
	unshare -mn sh -c "ip link set lo up && mount --bind $scratch/resolv.conf /etc/resolv.conf || exit
		python3 $TEITEN_SOURCE/tests/upload_dns.py & echo \$! >$scratch/dns.pid
		python3 $server $scratch/one & echo \$! >$scratch/names.pid
		exec $sensor upload" 2>"$scratch/log" &
	pid=$!
	wait_for "test -s $scratch/names.pid"
	servers[dns]=$(cat "$scratch/dns.pid")
	servers[names]=$(cat "$scratch/names.pid")
	all_taken "names" one 10
	stop "names"
fi

# --- refusals
chmod 644 "$scratch/identity.pem"
refused "a key that others may read" 1 "chmod 640" "$sensor" upload
chmod 600 "$scratch/identity.pem"
refused "the identity of another" 1 'is of "tokyo-1", and name says "osaka-2"' "$sensor" --set name=osaka-2 upload
cp "$scratch/ours-tokyo-1.pem" "$scratch/half.pem" && chmod 600 "$scratch/half.pem"
refused "an identity without authority" 1 "teiten sensor add" "$sensor" --set "upload.identity=$scratch/half.pem" upload
refused "no identity" 1 "No such file" "$sensor" --set upload.identity=/none upload
refused "no spool" 1 "no sensor has run" "$sensor" --set spool.folder=/none upload
sed -i 's,https,http,' "$TEITEN_SENSOR_CONFIG"
refused "not HTTPS" 1 "line 6: .*https://collector" "$sensor" upload
configure
refused "no collector" 1 "names no collector" "$sensor" upload

# --- the unit of systemd keeps as little as it can
if command -v systemd-analyze >/dev/null; then
	checks=$((checks + 1))
	systemd-analyze security --offline=true --threshold=15 "$TEITEN_SOURCE/share/systemd/teiten-sensor-upload.service" >"$scratch/exposure" 2>&1 ||
		fail "exposure: $(tail -n 1 "$scratch/exposure")"
fi
finish
