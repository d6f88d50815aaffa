#!/usr/bin/env python3
"""A name server that knows one address for all names: 127.0.0.1. For tests/upload.sh, in a network of its own."""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    query, client = server.recvfrom(512)
    end = query.index(b"\0", 12) + 5  # the question: name, type, class
    is_address = query[end - 4:end - 2] == b"\0\1"
    answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1" if is_address else b""
    server.sendto(query[:2] + b"\x81\x80\0\1\0" + bytes([is_address]) + b"\0\0\0\0" + query[12:end] + answer, client)
