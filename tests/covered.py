"""covered.py TRUTH.pcap SEGMENT...: were all packets of the truth (as tcpdump saw them leave) that a segment says it observed taken into
segments, each once? Prints "sent N taken N lost N unobserved N wrong N": lost are those that segments count, unobserved those at times
that no segment speaks of, wrong those that are in none although one speaks of their time, or that are in two.
Packets are told by their IP identification; a segment's times by its interface statistics (pcapng)."""
import struct
import subprocess
import sys

STATISTICS, PACKET = 5, 6
START, END, LOST = 2, 3, 7
TOLERANCE_NS = 3_000_000  # between the two ends of the wire
RETIRE_NS = 150_000_000  # what a crash finds in the ring: at most the time that a block of it may wait, and some


def identification(frame):
    return struct.unpack("!H", frame[18:20])[0]


def time_of(halves):
    return halves[0] << 32 | halves[1]


def options(data):
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from("<HH", data, at)
        if code == 0:
            return
        yield code, data[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def read_segment(path):
    data = subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout
    taken, lost, start, end = [], 0, 0, 0
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == PACKET:
            taken.append(identification(data[at + 28 : at + 28 + 60]))
        if kind == STATISTICS:
            for code, value in options(data[at + 20 : at + length - 4]):
                if code == START:
                    start = time_of(struct.unpack("<II", value))
                elif code == END:
                    end = time_of(struct.unpack("<II", value))
                elif code == LOST:
                    lost = struct.unpack("<Q", value)[0]
        at += length
    return path.rsplit("/", 1)[1].split("-")[0], start, end, taken, lost


def read_truth(path):
    with open(path, "rb") as file:
        data = file.read()
    at, sent = 24, {}
    while at + 16 <= len(data):
        seconds, fraction, length, _ = struct.unpack_from("<IIII", data, at)
        sent[identification(data[at + 16 : at + 16 + length])] = seconds * 1_000_000_000 + fraction
        at += 16 + length
    return sent


def main(truth, *paths):
    sent = read_truth(truth)
    segments = [read_segment(path) for path in paths]
    last = {}
    for epoch, _, end, _, _ in segments:
        last[epoch] = max(last.get(epoch, 0), end)
    observed = [
        (start + TOLERANCE_NS, end - (RETIRE_NS if end == last[epoch] else TOLERANCE_NS)) for epoch, start, end, _, _ in segments
    ]
    taken = [number for segment in segments for number in segment[3]]
    there = set(taken)
    lost = sum(segment[4] for segment in segments)
    missing = [number for number in sent if number not in there]
    unseen = [n for n in missing if any(start < sent[n] < end for start, end in observed)]
    wrong = max(0, len(unseen) - lost) + len(taken) - len(there) + len(there - sent.keys())
    print(f"sent {len(sent)} taken {len(there)} lost {lost} unobserved {len(missing) - len(unseen)} wrong {wrong}")


main(*sys.argv[1:])
