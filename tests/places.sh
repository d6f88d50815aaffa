#!/usr/bin/env bash
# geo.cache: where commands keep the tables of places, and that they use them.
. "$(dirname "$0")/lib.sh"
export HOME=$scratch/home
mkdir "$HOME"

cat >"$scratch/small.yaml" <<'YAML'
timezone: Asia/Tokyo
seed: 7
traffic: {packets: 1000, duration: 1h, start: 2026-06-01T00:00, prefix: 198.18.0.0/16, sources: 100, skew: 1.05}
YAML

# run WHAT [OPTION...]: a command that asks for places
run() {
	local what=$1
	shift
	rm -rf "$scratch/out"
	"$teiten" "$@" synth "$scratch/small.yaml" -o "$scratch/out" >/dev/null || fail "$what"
	is "$what: as ever" "$wanted" "$(cd "$scratch/out" && find . -type f -exec sha256sum {} + | sort)"
}

tables() {
	ls "$1"/places-*.table 2>/dev/null | wc -l
}

"$teiten" --set geo.cache=/dev/null synth "$scratch/small.yaml" -o "$scratch/out" >/dev/null || fail "without a cache"
wanted=$(cd "$scratch/out" && find . -type f -exec sha256sum {} + | sort)

XDG_CACHE_HOME=$scratch/xdg run "in XDG_CACHE_HOME"
is "in XDG_CACHE_HOME" 1 "$(tables "$scratch/xdg/teiten")"
before=$(stat -c '%i %y' "$scratch"/xdg/teiten/*)
XDG_CACHE_HOME=$scratch/xdg run "again"
is "the second command writes nothing" "$before" "$(stat -c '%i %y' "$scratch"/xdg/teiten/*)"
is "mode of the folder" 700 "$(stat -c %a "$scratch/xdg/teiten")"
is "mode of the file" 600 "$(stat -c %a "$scratch"/xdg/teiten/*)"

XDG_CACHE_HOME=relative run "a relative XDG_CACHE_HOME is ignored"
is "in the home folder" 1 "$(tables "$HOME/.cache/teiten")"
XDG_CACHE_HOME='' run "an empty one too"
is "no folder of that name" "" "$(ls -d relative 2>/dev/null)"

echo 'geo: {cache: tables}' >"$TEITEN_CONFIG"
cd /
run "beside the settings file"
is "beside the settings file" 1 "$(tables "$scratch/tables")"
echo 'geo: {cache: /dev/null/no}' >"$TEITEN_CONFIG"
run "where nothing can be written"
: >"$TEITEN_CONFIG"
HOME='' XDG_CACHE_HOME='' run "without a home"
finish
