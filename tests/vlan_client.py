"""vlan_client.py INTERFACE ADDRESS [PAYLOAD]: sends packets with the VLAN tag 7 from 11.0.0.1 to ADDRESS: a ping, a datagram and a SYN;
with PAYLOAD also that, to whoever answers the SYN. (A kernel need not know VLANs for this.)"""
import socket
import struct
import sys

CLIENT, PORT, SERVICE, SYN, ACK, PSH = "11.0.0.1", 40000, 23, 2, 16, 8


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def frame(address, protocol, segment, checksum_at, pseudo):
    ends = socket.inet_aton(CLIENT) + socket.inet_aton(address)
    before = ends + struct.pack("!HH", protocol, len(segment)) if pseudo else b""
    filled = segment[:checksum_at] + struct.pack("!H", checksum(before + segment)) + segment[checksum_at + 2 :]
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 1, 0, 64, protocol, 0) + ends
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return bytes.fromhex("0200000000020200000000018100000708 00") + head + filled


def tcp(address, seq, ack, flags, payload=b""):
    segment = struct.pack("!HHIIBBHHH", PORT, SERVICE, seq, ack, 0x50, flags, 64240, 0, 0) + payload
    return frame(address, 6, segment, 16, True)


def main(interface, address, payload=None):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    wire.bind((interface, 0))
    wire.settimeout(3)
    wire.send(frame(address, 1, struct.pack("!BBHHH", 8, 0, 0, 7, 1), 2, False))
    wire.send(frame(address, 17, struct.pack("!HHHH", PORT, 53, 13, 0) + b"hello", 6, True))
    wire.send(tcp(address, 1000, 0, SYN))
    while payload:
        answer = wire.recv(2048)
        if answer[26:30] == socket.inet_aton(address) and answer[47] == SYN | ACK:
            theirs = struct.unpack("!I", answer[38:42])[0]
            wire.send(tcp(address, 1001, theirs + 1, ACK | PSH, payload.encode()))
            break


main(*sys.argv[1:])
