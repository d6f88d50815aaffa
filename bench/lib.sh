# Shared by the benchmarks: the build, the capture, facts of the machine, measuring. Sourced, not run. Everything is written
# below build/bench, or $TEITEN_BENCH.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
bin=${TEITEN_BIN:-$PWD/build/release}
teiten=$bin/teiten
folder=${TEITEN_BENCH:-build/bench}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
export XDG_CACHE_HOME=$folder/cache # where the tables of places are kept
umask 077

say() {
	echo "$*" >&2
}

die() {
	say "$(basename "$0"): $*"
	exit 1
}

# Makes the release build (not where TEITEN_BIN names another one).
build() {
	[ -n "${TEITEN_BIN:-}" ] && return
	[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
	cmake --build --preset release | tail -n 1 >&2
}

# number TEXT: a whole number of one or more, as 10000000 or 10,000,000.
number() {
	local digits=${1//,/}
	[[ $digits =~ ^[1-9][0-9]{0,11}$ ]] || die "\"$1\" is no number of packets"
	echo "$digits"
}

# capture PACKETS [SEED]: the path of a telescope-like capture; made once, and again when its description or the generator
# changed. 2,778 packets a second at a /16, whatever their number: a minute is always as full.
capture() {
	local seed=${2:-7} file=$folder/load-$1${2:+-$2}.pcap made
	made=$(cat share/load.yaml src/synth/* | sha256sum)
	if [ ! -f "$file" ] || [ "$(cat "$file.made" 2>/dev/null)" != "$made" ]; then
		say "making a capture of $1 packets ..."
		sed "s/^seed: .*/seed: $seed/; s/packets: [0-9]*/packets: $1/; s/duration: [^,]*/duration: $((($1 + 2777) / 2778))s/" share/load.yaml >"$folder/load.yaml"
		rm -rf "$folder/load"
		"$teiten" synth "$folder/load.yaml" -o "$folder/load" >/dev/null
		mv "$folder"/load/captures/*.pcap "$file"
		mv "$folder/load/truth.json" "$file.truth.json"
		cp "$folder/load/teiten.yaml" "$folder/teiten.yaml"
		echo "$made" >"$file.made"
	fi
	cat "$file" >/dev/null # into the page cache
	echo "$file"
}

# measure CORES COMMAND...: sets wall, cpu (seconds) and rss (KiB). Its output goes to $folder/out.
measure() {
	local cores=$1 status=0
	shift
	"$bin/bench/bench_measure" -c "$cores" "$folder/time" "$@" >"$folder/out" 2>&1 </dev/null || status=$?
	read -r wall cpu rss <"$folder/time"
	return $status
}

# Stops the engine of a store, which import leaves running.
stop_engine() {
	local pid
	pid=$(sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$1/engine.json" 2>/dev/null) || true
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null || true
	for _ in $(seq 200); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
}

remove_store() {
	stop_engine "$1"
	rm -rf "$1"
}

trap 'for store in "$folder"/store*; do [ -d "$store" ] && remove_store "$store"; done; true' EXIT

# with STORE: sets command to teiten with the options for that store.
with() {
	command=("$teiten" --config "$folder/teiten.yaml" --set "store=$1" --set engine.idle_s=60)
}

# engine_value NAME <(bench_engine): one of its values.
engine_value() {
	awk -F '\t' -v name="$1" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }' "$2"
}

# import CORES STORE [OPTION...] FILE: into a new store; sets wall, cpu and rss of the importer, engine_cpu and engine_rss.
import() {
	local cores=$1 store=$2
	shift 2
	remove_store "$store"
	with "$store"
	measure "$cores" "${command[@]}" import "$@" || die "import failed: $(tail -n 1 "$folder/out")"
	"$bin/bench/bench_engine" "$store" >"$folder/engine" || die "no engine"
	engine_cpu=$(engine_value cpu_s "$folder/engine")
	engine_rss=$(engine_value peak_kib "$folder/engine")
}

bytes_of() {
	du -s --block-size=1 "$1" | cut -f1
}

# The compiler and its flags.
compiler() {
	local cc
	cc=$(sed -n 's/^CMAKE_C_COMPILER:.*=//p' "$bin/CMakeCache.txt")
	echo "$(basename "$cc") $("$cc" -dumpfullversion 2>/dev/null || "$cc" -dumpversion) \
$(sed -n 's/^set(CMAKE_C_FLAGS_RELEASE "\(.*\)")/\1/p' CMakeLists.txt)"
}

# The machine, as a Markdown list.
machine() {
	local load
	read -r load _ </proc/loadavg
	echo "- $(date -u +%Y-%m-%d), $(nproc) cores of $(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), \
$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r), $(. /etc/os-release && echo "$PRETTY_NAME")"
	echo "- teiten $(git describe --always --dirty 2>/dev/null || echo "without git"), $(compiler); load of the machine before: $load"
	awk -v load="$load" 'BEGIN { exit load < 0.7 }' && say "the machine is not quiet (load $load): trust ratios, not digits"
	return 0
}
