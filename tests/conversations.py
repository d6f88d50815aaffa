#!/usr/bin/env python3
"""Writes a pcap (raw IPv4, nanoseconds) of what a reactive sensor hears and answers, the same for the same seed: scans that come
again within the minute and over its end, handshakes and first payloads in pieces some seconds apart, UDP with the same few payloads.
    conversations.py OUT FIRST_SECOND SECONDS SENSOR_PREFIX [SEED]        SENSOR_PREFIX: the first three numbers, "198.51.100"
"""
import random
import socket
import struct
import sys

out, start, seconds, prefix = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
rand = random.Random(sys.argv[5] if len(sys.argv) > 5 else "1")
frames = []
SYN, ACK, PSH, RST = 2, 16, 8, 4


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def add(at, source, destination, protocol, body):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0, 55, protocol, 0,
                       socket.inet_aton(source), socket.inet_aton(destination))
    frames.append((int(at * 1e9), head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body))


def tcp(at, source, destination, sport, dport, seq, ack, flags, data=b""):
    add(at, source, destination, 6, struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 1024, 0, 0) + data)


def conversation(at, client, sensor, sport, dport, data):
    pieces = [data[i:i + 60] for i in range(0, len(data), 60)]
    seq, isn = rand.randrange(1 << 31), rand.randrange(1 << 31)
    tcp(at, client, sensor, sport, dport, seq, 0, SYN)
    tcp(at + 0.001, sensor, client, dport, sport, isn, seq + 1, SYN | ACK)
    at += rand.uniform(0.01, 4)
    tcp(at, client, sensor, sport, dport, seq + 1, isn + 1, ACK)
    sent = seq + 1
    for piece in pieces:
        at += rand.uniform(0.01, 4)
        tcp(at, client, sensor, sport, dport, sent, isn + 1, ACK | PSH, piece)
        sent += len(piece)
        tcp(at + 0.001, sensor, client, dport, sport, isn + 1, sent, ACK)


end = start + seconds
host = lambda: "%s.%d" % (prefix, rand.randrange(1, 255))
client = lambda: "203.0.113.%d" % rand.randrange(1, 255)
for _ in range(seconds * 2):  # once
    tcp(rand.uniform(start, end), client(), host(), rand.randrange(1024, 65536), rand.choice((22, 23, 80, 445)), 7, 0, SYN)
for _ in range(seconds // 4):  # again and again
    at, key = rand.uniform(start, end), (client(), host(), rand.randrange(1024, 65536), rand.choice((23, 8080)))
    for _ in range(rand.randrange(2, 12)):
        tcp(at, *key, 9, 0, SYN)
        at += rand.uniform(0.2, 30)
for _ in range(seconds):  # first payloads
    text = b"GET /%d HTTP/1.1\r\nHost: example.com\r\n" % rand.randrange(40) + b"X-Padding: %s\r\n\r\n" % (b"a" * rand.randrange(0, 150))
    conversation(rand.uniform(start, end), client(), host(), rand.randrange(1024, 65536), 80, text)
for _ in range(seconds // 2):
    add(rand.uniform(start, end), client(), host(), 17, struct.pack("!HHHH", 40000, 5060, 8 + 23, 0) + b"OPTIONS sip:%03d SIP/2.0" % rand.randrange(5))

frames = sorted(frame for frame in frames if frame[0] < end * 10**9)
with open(out, "wb") as f:
    f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 228))
    for ns, frame in frames:
        f.write(struct.pack("<IIII", ns // 10**9, ns % 10**9, len(frame), len(frame)) + frame)
print(len(frames))
