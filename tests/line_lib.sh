# Shared by the tests of the whole line: a spool, teiten-sensor upload, nginx, teiten collect, teiten load, a store. All of it is in
# a network of the test's own, so its ports are fixed. Sourced behind lib.sh, store_lib.sh and, when real packets are heard,
# sensor_lib.sh. A collector is named by its folder below $scratch.
sensor=$TEITEN_BIN/teiten-sensor
spool=$scratch/spool
export TEITEN_SENSOR_CONFIG=$scratch/teiten-sensor.yaml
. "$(dirname "$0")/nginx_lib.sh"
declare -A daemons # by name
chmod 755 "$scratch" # accounts without rights go through it

log_of() { # NAME
	echo "$scratch/${1//\//-}.log"
}
# run_daemon NAME COMMAND...: the leader of a group, so that all its processes end with end_daemon
run_daemon() {
	local name=$1
	shift
	setsid "${net[@]}" "$@" 2>>"$(log_of "$name")" >/dev/null &
	daemons[$name]=$!
}
# end_daemon NAME [SIGNAL]
end_daemon() {
	[ -n "${daemons[$1]-}" ] || return
	kill "-${2:-TERM}" -- "-${daemons[$1]}" 2>/dev/null
	wait "${daemons[$1]}" 2>/dev/null
	unset "daemons[$1]"
}
end_daemons() {
	local name
	for name in "${!daemons[@]}"; do end_daemon "$name" KILL; done
}
# wait_for CONDITION [SECONDS]
wait_for() {
	for _ in $(seq $((${2:-20} * 10))); do
		eval "$1" 2>/dev/null && return
		sleep 0.1
	done
	return 1
}

# --- the centre
# configure_centre [LINE...] of teiten.yaml
configure_centre() {
	cat >"$TEITEN_CONFIG" <<-END
		timezone: UTC
		import: {free_mib: 64}
		collect: {names: "127.0.0.1, localhost", free_mib: 1, listen_metrics: none, load: false}
		sensors:
		  - {name: tokyo-1, addresses: [198.51.100.0/24]}
		  - {name: osaka-1, addresses: [198.51.101.0/24]}
	END
	printf '%s\n' "$@" >>"$TEITEN_CONFIG"
}
# collector_settings FOLDER: of commands about that collector
collector_settings() {
	echo --set "collect.folder=$scratch/$1" --set "store=$scratch/unused"
}
# start_collector FOLDER PORT|proxied. LYING_DISK=WHAT before it: tests/lying_disk.c
start_collector() {
	local where=(--set collect.listen=127.0.0.1:$2)
	[ "$2" != proxied ] || where=(--set collect.listen=none --set "collect.listen_proxied=$scratch/nginx.sock")
	: >"$(log_of "$1")"
	run_daemon "$1" env ${LYING_DISK:+LD_PRELOAD="$TEITEN_BIN/tests/liblying_disk.so"} "$teiten" $(collector_settings "$1") "${where[@]}" collect
	wait_for "grep -q collect=started '$(log_of "$1")'" || fail "the collector does not start: $(cat "$(log_of "$1")")"
}
# identity FOLDER COMMAND NAME...: of teiten sensor
identity() {
	(cd "$scratch" && "$teiten" $(collector_settings "$1") sensor "${@:2}")
}
# nginx as share/nginx has it, at port 8443, before the collector of that folder.
configure_nginx() {
	nginx_files
	sed -e "s|unix:/run/teiten-collect/nginx.sock|unix:$scratch/nginx.sock|; s|/var/lib/teiten/collect|$scratch/$1|" \
		"$TEITEN_SOURCE/share/nginx/teiten-collect.conf" >"$scratch/nginx/site.conf"
}
start_nginx() {
	run_daemon nginx nginx -p "$scratch/nginx" -c "$scratch/nginx/nginx.conf"
	wait_for "${net[*]} bash -c 'exec 3<>/dev/tcp/127.0.0.1/8443'" || fail "nginx does not start: $(cat "$scratch/nginx/error.log" "$scratch/nginx.log")"
}
# load STORE FOLDER [OPTION...]: of teiten load
load() {
	with "$1" load "${@:3}" "$scratch/$2" 2>&1
}

# --- the post
# configure_post PORT...: of the collectors; the identity is $scratch/tokyo-1.identity.pem
configure_post() {
	local urls
	urls=$(printf ', "https://127.0.0.1:%s"' "$@")
	cat >"$TEITEN_SENSOR_CONFIG" <<-END
		name: tokyo-1
		interface: t1
		addresses: [198.51.100.0/24]
		spool: {folder: $spool, free_mib: 0}
		users: {capture: nobody, upload: nobody}
		upload: {collectors: [${urls#, }], identity: $scratch/tokyo-1.identity.pem, retry: 1, heartbeat: 1, backlog_kib: 0}
	END
}
# new_spool: empty, as a sensor makes it; who sends may have it open
new_spool() {
	mkdir -p "$spool"/{out,tmp,rejected}
	rm -f "$spool"/*/*
	chmod -R 777 "$spool"
}
# feed FILE...: segments, as if sealed just now
feed() {
	local file
	for file in "$@"; do
		cp "$file" "$scratch/sealed" && touch "$scratch/sealed" && chmod 444 "$scratch/sealed" && mv "$scratch/sealed" "$spool/out/${file##*/}"
	done
}
start_upload() {
	: >"$scratch/upload.log"
	run_daemon upload "$sensor" "$@" upload
	wait_for "grep -q state=uploading '$scratch/upload.log'" || fail "the uploader does not start: $(cat "$scratch/upload.log")"
}
waiting() {
	ls "$spool/out" 2>/dev/null | wc -l
}
# all_sent WHAT [SECONDS]: nothing waits at the post any more
all_sent() {
	checks=$((checks + 1))
	wait_for '[ "$(waiting)" = 0 ]' "${2:-30}" || fail "$1: $(waiting) segments still wait: $(tail -n 3 "$scratch/upload.log")"
}
