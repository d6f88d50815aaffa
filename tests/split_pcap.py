#!/usr/bin/env python3
"""Cuts a classic pcap (standard input) into pieces of N records: split_pcap.py N PREFIX. Other formats go into one piece."""
import struct
import sys

count, prefix = int(sys.argv[1]), sys.argv[2]
data = sys.stdin.buffer.read()
if data[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
    open(f"{prefix}-whole", "wb").write(data)
    sys.exit()
starts, at = [], 24
while at < len(data):
    starts.append(at)
    at += 16 + struct.unpack("<I", data[at + 8:at + 12])[0]
starts.append(len(data))
for piece in range(0, len(starts) - 1, count):
    end = starts[min(piece + count, len(starts) - 1)]
    open(f"{prefix}-{piece // count:04d}.pcap", "wb").write(data[:24] + data[starts[piece]:end])
