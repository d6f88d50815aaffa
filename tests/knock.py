"""knock.py tcp|udp|ping ADDRESS [PORT [FROM [FROM_PORT]]]: knocks once and says what came of it within a second: open, closed (RST, or an
ICMP error), answer (to a ping), silent."""
import socket
import sys

ECHO = {socket.AF_INET: bytes.fromhex("0800f7ff00000000"), socket.AF_INET6: bytes.fromhex("8000000000000000")}
ANSWER = {socket.AF_INET: (20, 0), socket.AF_INET6: (0, 129)}  # where its type stands, and which it is


def ping(wire, family, address):
    wire.sendto(ECHO[family], (address, 0))
    at, kind = ANSWER[family]
    while True:
        if wire.recv(2048)[at] == kind:
            return "answer"


def main(kind, address, port="9", source=None, source_port="0"):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    icmp = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    types = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0), "ping": (socket.SOCK_RAW, icmp)}
    wire = socket.socket(family, *types[kind])
    wire.settimeout(1)
    if source:
        wire.bind((source, int(source_port)))
    try:
        if kind == "ping":
            return ping(wire, family, address)
        wire.connect((address, int(port)))
        if kind == "tcp":
            return "open"
        wire.send(b"hello")
        wire.recv(1)
        return "answer"
    except (TimeoutError, socket.timeout):
        return "silent"
    except OSError as error:
        return "closed" if isinstance(error, ConnectionRefusedError) else str(error)


print(main(*sys.argv[1:]))
