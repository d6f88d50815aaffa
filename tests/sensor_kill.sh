#!/usr/bin/env bash
# kill -9 of each process of a reactive teiten-sensor in random order, while packets come without a pause: each packet is in one
# segment, or was sent at a time that no segment says it observed.
#     tests/sensor_kill.sh [ROUNDS]      50 when not given (TEITEN_ROUNDS); RANDOM's seed: TEITEN_SEED
rounds=${1:-${TEITEN_ROUNDS:-50}}
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sensor_lib.sh"
seed=${TEITEN_SEED:-$$}
RANDOM=$seed
configure '198.51.100.0/24' 'mode: reactive' 'segment: {seconds: 1}'
ready=answering
processes=(capture respond parent)

# heard where the sensor hears, as what goes around the queues is heard nowhere else
ip netns exec "$inside" tcpdump -i t1 -Q in --immediate-mode -U --time-stamp-precision nano -B 65536 -w "$scratch/truth" \
	dst net 198.51.100.0/24 >/dev/null 2>"$scratch/watch" &
dump=$!
until grep -qs "listening on" "$scratch/watch"; do sleep 0.05; done
# as many as their numbers tell apart, for as long as the rounds take
rate=$((30000 / rounds < 600 ? 30000 / rounds : 600))
ip netns exec "$outside" "$sender" t0 65536 $rate >/dev/null &
sending=$!
killed=()
for round in $(seq "$rounds"); do
	kill -0 $sending 2>/dev/null || break
	start
	sleep "0.$((RANDOM % 9))"
	victim=${processes[RANDOM % 3]}
	killed+=("$victim")
	kill -9 "$([ $victim = parent ] && echo "$pid" || pid_of $victim)"
	wait "$pid" 2>/dev/null
	while ip netns pids "$inside" | xargs ps -o comm= -p | grep -q ^teiten; do sleep 0.02; done # the others end by themselves
done
start
stop "after $round rounds (seed $seed)"
kill $sending 2>/dev/null
seen
is "packets came until the last round" "$rounds" "$round"
has "all kinds were killed" "^ *[0-9]+ capture +[0-9]+ parent +[0-9]+ respond" "$(printf '%s\n' "${killed[@]}" | sort | uniq -c | xargs)"
for file in "$spool"/out/*.zst; do
	checks=$((checks + 1))
	zstdcat "$file" | tcpdump --count -r - >/dev/null 2>&1 || fail "$file is not whole"
done
# nothing was answered, as the checksums are wrong: all that segments hold was sent
result=$(python3 "$TEITEN_SOURCE/tests/covered.py" "$scratch/truth" "$spool"/out/*.zst)
echo "$result (seed $seed, $(ls "$spool/out" | wc -l) segments)"
has "each packet is in one segment, or at a time that none speaks of" " wrong 0$" "$result"
has "most are" " taken [1-9][0-9]{3}" "$result"
is "nothing is set aside" 0 "$(ls "$spool/rejected" | wc -l)"
is "nothing half-written" 0 "$(ls "$spool/tmp" | wc -l)"
# as many epochs as starts: each whole from its first segment on
for epoch in $(ls "$spool/out" | cut -d- -f1 | sort -u); do
	is "no segment of an epoch is missing" "$(($(ls "$spool/out" | grep -c "^$epoch") - 1))" \
		"$((10#$(ls "$spool/out" | grep "^$epoch" | tail -n 1 | cut -d- -f2 | tr -dc '0-9')))"
done
finish
