# Shared by the end-to-end tests: a scratch folder, the commands, and words to check with. Sourced, not run.
set -u
teiten=$TEITEN_BIN/teiten
scratch=$(mktemp -d)
export TEITEN_CONFIG=$scratch/teiten.yaml LC_ALL=C.UTF-8 XDG_CACHE_HOME=$TEITEN_BIN/cache
: >"$TEITEN_CONFIG"
checks=0
failures=0

# Engines of this test stop with it; their folders go.
clean_up() {
	for file in "$scratch"/*/engine.json "$scratch"/*/*/engine.json; do
		[ -f "$file" ] && kill "$(grep -oE '"pid": ?[0-9]+' "$file" | grep -oE '[0-9]+')" 2>/dev/null
	done
	rm -rf "$scratch"
}
trap clean_up EXIT

fail() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

# is WHAT EXPECTED GOT
is() {
	checks=$((checks + 1))
	[ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

# has WHAT PATTERN TEXT
has() {
	checks=$((checks + 1))
	grep -qE -- "$2" <<<"$3" || fail "$1: no '$2' in: $3"
}

# refused WHAT STATUS PATTERN COMMAND...: exits with that status and one line on stderr that matches.
refused() {
	local what=$1 wanted=$2 pattern=$3 status=0
	shift 3
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	is "$what: exit status" "$wanted" "$status"
	is "$what: lines on stderr" 1 "$(wc -l <"$scratch/err")"
	has "$what" "$pattern" "$(cat "$scratch/err")"
}

skip() {
	echo "skipped: $*"
	exit 77
}

finish() {
	echo "$checks checks, $failures failed"
	[ "$failures" = 0 ] && [ "$checks" -gt 0 ]
}
