#!/usr/bin/env python3
"""A proxy for CONNECT, for tests/upload.sh: upload_proxy.py FILE writes its port to FILE and what it is asked to FILE.log."""
import contextlib
import os
import socket
import sys
import threading


def copy(source, target):
    with contextlib.suppress(OSError):  # the other side may be gone
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def serve(client):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    line = head.split(b"\r\n")[0].decode()
    with open(sys.argv[1] + ".log", "a") as log:
        log.write(line + "\n")
    host, port = line.split()[1].split(":")
    server = socket.create_connection((host, int(port)))
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    threading.Thread(target=copy, args=(server, client), daemon=True).start()
    copy(client, server)


listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as out:
    out.write(f"{listener.getsockname()[1]}\n")
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
