#!/usr/bin/env python3
"""Writes a small pcap (raw IPv4, nanoseconds) from lines on standard input: TIME_NS SOURCE DESTINATION PORT.
Each line is one TCP SYN. Independent of the code that is tested."""
import socket
import struct
import sys


def syn(source, destination, port):
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 1, 0, 55, 6, 0, socket.inet_aton(source), socket.inet_aton(destination))
    total = sum(struct.unpack("!10H", ip))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    ip = ip[:10] + struct.pack("!H", checksum) + ip[12:]
    return ip + struct.pack("!HHIIBBHHH", 40000, port, 7, 0, 0x50, 2, 1024, 0, 0)


with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 228))
    for line in sys.stdin:
        time_ns, source, destination, port = line.split()
        frame = syn(source, destination, int(port))
        seconds, nanoseconds = divmod(int(time_ns), 10**9)
        out.write(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)
