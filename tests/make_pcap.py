#!/usr/bin/env python3
"""Writes a small pcap (raw IPv4, nanoseconds) from lines on standard input: TIME_NS SOURCE DESTINATION PORT [PAYLOAD].
Each line is one TCP SYN, or with a payload (hex digits) one UDP packet. Independent of the code that is tested."""
import socket
import struct
import sys


def ip(source, destination, protocol, body):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 55, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return head[:10] + struct.pack("!H", checksum) + head[12:] + body


def syn(port):
    return struct.pack("!HHIIBBHHH", 40000, port, 7, 0, 0x50, 2, 1024, 0, 0)


def udp(port, payload):
    return struct.pack("!HHHH", 40000, port, 8 + len(payload), 0) + payload


with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 228))
    for line in sys.stdin:
        time_ns, source, destination, port, *payload = line.split()
        body = udp(int(port), bytes.fromhex(payload[0])) if payload else syn(int(port))
        frame = ip(source, destination, 17 if payload else 6, body)
        seconds, nanoseconds = divmod(int(time_ns), 10**9)
        out.write(struct.pack("<IIII", seconds, nanoseconds, len(frame), len(frame)) + frame)
