#!/usr/bin/env bash
# The archive: what is known is not compressed again, and unfinished copies go, but never one that is being written.
. "$(dirname "$0")/lib.sh"
here=$(dirname "$0")
archive=$scratch/store/archive
import="$teiten --set store=$scratch/store --set timezone=UTC --set engine.idle_s=5 import --sensor one --addresses 198.51.100.0/24"

for i in $(seq 200); do echo "$((1244000000 + i))000000000 192.0.2.$i 198.51.100.7 23"; done >"$scratch/lines"
python3 "$here/make_pcap.py" "$scratch/a.pcap" <"$scratch/lines"
head -n 100 "$scratch/lines" | python3 "$here/make_pcap.py" "$scratch/half.pcap"
sed 's/^12440/12450/' "$scratch/lines" | python3 "$here/make_pcap.py" "$scratch/other.pcap"
gzip -k "$scratch/a.pcap"

copies() { # inodes and times of the copies
	find "$archive" -name '*.zst' -printf '%f %i %T@\n' | sort
}

$import "$scratch/half.pcap" >/dev/null || fail "import"
before=$(copies)
is "one copy" 1 "$(wc -l <<<"$before")"
has "the same file is known" "nothing changed" "$($import "$scratch/half.pcap")"
gzip -k "$scratch/half.pcap"
has "compressed, too" "nothing changed" "$($import "$scratch/half.pcap.gz")"
refused "one that grew" 1 "it begins with half.pcap" $import "$scratch/a.pcap"
refused "one that grew, compressed" 1 "it begins with half.pcap" $import "$scratch/a.pcap.gz"
is "the copy was not written again, nor another" "$before" "$(copies)"

touch "$archive/incoming-0123456789abcde.zst" "$archive/.incoming-0123456789abcde.zst.0123456789abcdef" \
	"$archive/incoming-0000000000000aa.zst" "$archive/.incoming-0000000000000bb.zst.0123456789abcdef"
# as a process that writes copy bb does: the lock of its byte
python3 - "$archive/lock" <<'END' &
import fcntl, struct, sys, time
with open(sys.argv[1], "r+b") as f:
    fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, (1 << 62) | 0xbb, 1, 0))  # F_OFD_SETLK
    time.sleep(60)
END
writer=$!
sleep 1
$import "$scratch/other.pcap" >/dev/null || fail "import of another"
is "unfinished copies are gone but the one being written" ".incoming-0000000000000bb.zst.0123456789abcdef" \
	"$(cd "$archive" && find . -name '*incoming*' -printf '%f\n')"
kill $writer
wait $writer 2>/dev/null
$import "$scratch/other.pcap" >/dev/null || fail "import again"
is "gone with its writer" "" "$(find "$archive" -name '*incoming*')"
finish
