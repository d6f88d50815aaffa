#!/usr/bin/env bash
# Are the checks of fuzz_respond any good? Plants one fault after the other into a copy of src/respond and runs the corpus:
# each must be found. A fault is: what | file | expression of sed (which must change the file).
. "$(dirname "$0")/lib.sh"
cd "$TEITEN_SOURCE"

command -v gcc >/dev/null || skip "needs gcc"
flags="-std=gnu17 -g -O1 -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover"
folder=$scratch/planted
mkdir -p "$folder/objects" "$folder/respond"

# build SOURCE...: their objects; a file of $folder/respond comes before that of src/respond.
build() {
	local source status=0
	for source in "$@"; do
		[ -f "$folder/${source#src/}" ] && source=$folder/${source#src/}
		# shellcheck disable=SC2086
		gcc $flags -I"$folder" -Isrc -Itests/fuzz -c -o "$folder/objects/$(basename "$source").o" "$source" || status=1
	done
	return $status
}
run_corpus() {
	# shellcheck disable=SC2086
	gcc $flags -o "$folder/fuzz" "$folder"/objects/*.o && ASAN_OPTIONS=detect_leaks=0 "$folder/fuzz" tests/fuzz/corpus/fuzz_respond
}
build src/decode/*.c src/base/{text,number}.c tests/fuzz/fuzz_respond.c tests/fuzz/run_corpus.c src/respond/*.c || fail "does not compile"
has "without a fault the corpus passes" "^[0-9]+ files$" "$(run_corpus 2>&1)"

while IFS='|' read -r what file expression; do
	sed -e "$expression" "src/respond/$file" >"$folder/respond/$file"
	cmp -s "src/respond/$file" "$folder/respond/$file" && fail "$what: the expression changes nothing in $file"
	build src/respond/answer.c src/respond/respond.c >"$folder/out" 2>&1 || fail "$what: does not compile: $(head -n 3 "$folder/out")"
	run_corpus >"$folder/out" 2>&1
	has "$what is found" "Assertion|AddressSanitizer|runtime error" "$(head -n 2 "$folder/out")"
	rm "$folder/respond/$file"
done <<'END'
an answer to RST|respond.c|s/{is_reset, RESPOND_reset},//
an answer to SYN+ACK|respond.c|s/{is_syn_ack, RESPOND_syn_ack},//
an answer to a fragment|respond.c|s/{is_fragment, RESPOND_fragment},//
an answer to an address that is not on the Internet|respond.c|s/{is_bogon, RESPOND_bogon},//
an answer to ourselves|respond.c|s/{is_own, RESPOND_own},//
an answer for others|respond.c|s/{is_not_ours, RESPOND_not_ours},//
an answer to many|respond.c|s/{is_group, RESPOND_group},//
an answer to UDP|respond.c|s/{is_not_answered, RESPOND_not_answered},//
an answer to a wrong checksum|respond.c|s/{is_checksum_wrong, RESPOND_checksum},//
an answer to an impossible data offset|respond.c|s/ODD_BIT(tcp_header) |//
four bytes more than the trigger|respond.c|s/MSS_MIN_ROOM = 4/MSS_MIN_ROOM = 0/
an answer longer than its buffer|respond.c|s/> RESPOND_ANSWER_MAX;/> 65535;/
an option that is not counted in the header's length|answer.c|s/tcp\[12\] = .*/tcp[12] = 0x50;/
IPv4 options taken for TCP|answer.c|s/(p->ip\[0\] & 15u) \* 4/20/
addresses that are not turned round|answer.c|s/put_swapped(at + IP4_ADDRESSES, \(.*\), \(.*\));/memcpy(at + IP4_ADDRESSES, \1, 2 * \2);/
ports that are not turned round|answer.c|s/put16(tcp, t->packet->dport)/put16(tcp, t->packet->sport)/
a lost VLAN tag|answer.c|s/t->link_len - 2 \* MAC);/2);/
a checksum that is not filled in|answer.c|s/memcpy(transport + offset, .*//
a pseudo header without its length|checksum.h|s/+ htons((uint16_t)len)//
a state that is not reset|respond.c|s/r->counts\[outcome\]++;/if (r->counts[outcome]++ \& 1) outcome = RESPOND_bogon;/
END
finish
