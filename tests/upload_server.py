#!/usr/bin/env python3
"""A collector that does as it is told, for tests/upload.sh: HTTPS with TLS 1.3 and client certificates.

    upload_server.py FOLDER

FOLDER holds server.pem (key and certificate) and ca.pem; there it writes
    port         where it listens (a free one unless this file is there already)
    taken/NAME   segments that were taken, as EPOCH-SEQUENCE
    log          a line a request: seconds, path, level, status
    heartbeat    the body of the last heartbeat
Answers are those of the protocol, unless the file plan says otherwise. Its first line is used up by the next segment
(with "always " before it, by all):
    STATUS [RETRY-AFTER [LOCATION]]   that status; the segment is not taken ("-": no such header, "_": a space)
    cut           the connection ends in the middle of the body
    mute          the segment is taken, and the connection ends without an answer
    slow SECONDS  taken, and answered after that
    long          taken, with an answer that does not end
The file heartbeat_plan says what heartbeats get: STATUS [RETRY-AFTER]."""
import hashlib
import http.server
import os
import re
import ssl
import sys
import threading
import time

folder = sys.argv[1]
lock = threading.Lock()


def path_of(name):
    return os.path.join(folder, name)


def next_plan():
    """The first line of the plan, "" when there is none."""
    with lock:
        try:
            with open(path_of("plan")) as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return ""
        if not lines:
            return ""
        if lines[0].startswith("always "):
            return lines[0][7:]
        with open(path_of("plan"), "w") as file:
            file.write("".join(line + "\n" for line in lines[1:]))
        return lines[0]


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    level = "-"

    def log_message(self, *unused):
        pass

    def answer(self, status, text="", headers=()):
        with lock, open(path_of("log"), "a") as log:
            log.write(f"{time.monotonic():.3f} {self.path} {self.level} {status}\n")
        body = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        length = int(self.headers["Content-Length"])
        if self.path == "/v1/heartbeat":
            self.heartbeat(self.rfile.read(length))
            return
        self.level = self.headers["X-Teiten-Level"]
        match = re.fullmatch("/v1/segments/([0-9a-f]{32})/([0-9]+)", self.path)
        words = next_plan().split()
        if words[:1] == ["cut"]:
            self.rfile.read(length // 2)
            self.end()
            return
        body = self.rfile.read(length)
        if not match or hashlib.sha256(body).hexdigest() != self.headers["X-Teiten-Digest"]:
            self.answer(422, "not what it says\n")
        elif words and words[0].isdigit():
            names = ["Retry-After", "Location"]
            values = [word.replace("_", " ") for word in words[1:]]
            self.answer(int(words[0]), f"told to say {words[0]}\n", [pair for pair in zip(names, values) if pair[1] != "-"])
        else:
            self.take(f"{match[1]}-{match[2]}", body, words)

    def take(self, name, body, words):
        status = self.store(name, body)
        if words[:1] == ["mute"]:
            self.end()
        elif words[:1] == ["long"]:
            self.wfile.write(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        else:
            if words[:1] == ["slow"]:
                time.sleep(float(words[1]))
            self.answer(status, "" if status < 300 else "another one is here\n")

    def store(self, name, body):
        path = path_of("taken/" + name)
        with lock:
            if os.path.exists(path):
                with open(path, "rb") as file:
                    return 208 if file.read() == body else 409
            with open(path + ".new", "wb") as file:
                file.write(body)
            os.rename(path + ".new", path)
            return 201

    def heartbeat(self, body):
        with open(path_of("heartbeat.new"), "wb") as file:
            file.write(body)
        os.rename(path_of("heartbeat.new"), path_of("heartbeat"))
        words = ["200"]
        if os.path.exists(path_of("heartbeat_plan")):
            with open(path_of("heartbeat_plan")) as file:
                words = file.read().split()
        headers = [("Retry-After", words[1])] if len(words) > 1 else []
        taken = [name for name in os.listdir(path_of("taken")) if not name.endswith(".new")]
        newest = max((os.path.getmtime(path_of("taken/" + name)) for name in taken), default=None)
        heard = "null" if newest is None else int(time.time() - newest)
        self.answer(int(words[0]), f'{{"heard_s":{heard},"taken":{len(taken)},"missing":0,"lost":0}}\n', headers)

    def end(self):
        """Without a word, and without TLS's goodbye."""
        self.close_connection = True
        self.connection.unwrap = lambda: None
        os.close(os.dup(self.connection.fileno()))
        self.connection.shutdown(2)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        """The handshake belongs to the thread of the connection."""
        connection, address = super().get_request()
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, address):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2 if os.path.exists(path_of("old_tls")) else ssl.TLSVersion.TLSv1_3
if os.path.exists(path_of("old_tls")):
    context.maximum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain(path_of("server.pem"))
context.load_verify_locations(path_of("ca.pem"))
context.verify_mode = ssl.CERT_REQUIRED
os.makedirs(path_of("taken"), exist_ok=True)
port = int(open(path_of("port")).read()) if os.path.exists(path_of("port")) else 0
server = Server(("127.0.0.1", port), Collector)
with open(path_of("port.new"), "w") as out:
    out.write(f"{server.server_port}\n")
os.rename(path_of("port.new"), path_of("port"))
server.serve_forever()
