# Shared by the tests of the collector: one that listens on ports of the system's choice, and a sensor that is curl. Sourced.
collect_pid=
maker=$TEITEN_BIN/tests/segment_maker
box=$scratch/box
settings=()

stop_collect() {
	[ -n "$collect_pid" ] || return
	kill "$collect_pid"
	wait "$collect_pid"
	is "the collector ends in order" 0 $?
	collect_pid=
}

# start_collect [SETTING...]: each key=value. Sets $url and $plain. LYING_DISK=WHAT before it: tests/lying_disk.c
start_collect() {
	settings=(--set collect.folder="$box" --set collect.listen=127.0.0.1:0 --set collect.listen_metrics=127.0.0.1:0 --set collect.free_mib=1 --set collect.load=false)
	for setting; do settings+=(--set "$setting"); done
	: >"$scratch/log"
	env ${LYING_DISK:+LD_PRELOAD="$TEITEN_BIN/tests/liblying_disk.so" ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"} \
		"$teiten" "${settings[@]}" collect 2>>"$scratch/log" &
	collect_pid=$!
	for _ in $(seq 100); do
		grep -q collect=started "$scratch/log" && break
		kill -0 "$collect_pid" 2>/dev/null || break
		sleep 0.05
	done
	url=https://$(grep -oE ' tls="[^"]*' "$scratch/log" | cut -d'"' -f2)
	plain=http://$(grep -oE ' metrics="[^"]*' "$scratch/log" | cut -d'"' -f2)
	grep -q collect=started "$scratch/log" || fail "the collector does not start: $(cat "$scratch/log")"
}

# identity COMMAND NAME: with the folder of this test
identity() {
	(cd "$scratch" && "$teiten" --set collect.folder="$box" sensor "$@" >/dev/null)
}

# ask NAME METHOD PATH [OPTION...]: of curl. Prints the status; the answer is in $scratch/answer, its headers in $scratch/headers.
ask() {
	local name=$1 method=$2 path=$3
	shift 3
	curl -s --max-time 20 --cacert "$box/identity/ca.pem" --cert "$scratch/$name.identity.pem" -X "$method" -o "$scratch/answer" \
		-D "$scratch/headers" -w '%{http_code}' "$@" "$url$path"
}

# put NAME EPOCH SEQUENCE DIGEST FILE [OPTION...]
put() {
	local name=$1 path=/v1/segments/$2/$3 digest=$4 file=$5
	shift 5
	ask "$name" PUT "$path" -H "X-Teiten-Digest: $digest" -T "$file" "$@"
}

# make NAME EPOCH_DIGIT FIRST COUNT [BYTES [AHEAD_S]]: prints the arguments of put for each.
make() {
	mkdir -p "$scratch/post"
	"$maker" "$scratch/post" "$@"
}

# absent LIST: how many of these segments are not in the inbox as they were made.
absent() {
	local count=0
	while read -r epoch sequence digest file; do
		printf '%s  %s\n' "$digest" "$box/inbox/tokyo-1/$epoch-$(printf %020d "$sequence").pcapng.zst" | sha256sum --status -c 2>/dev/null ||
			count=$((count + 1))
	done <"$1"
	echo "$count"
}

# same_set LIST WHAT: exactly these segments are in the inbox, each as it was made.
same_set() {
	while read -r epoch sequence digest file; do
		printf '%s  %s-%020d.pcapng.zst\n' "$digest" "$epoch" "$sequence"
	done <"$1" | sort -k 2 >"$scratch/wanted"
	(cd "$box/inbox/tokyo-1" && sha256sum -- *.zst) | sort -k 2 >"$scratch/there"
	checks=$((checks + 1))
	cmp -s "$scratch/wanted" "$scratch/there" || fail "$2: $(diff "$scratch/wanted" "$scratch/there" | head -n 4)"
}
