"""A place on this machine that takes what is posted to it, as a team's webhook would, and keeps it for the test."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

DATA, QUIT = b"DATA", b"QUIT"


@dataclass
class PostBox:
    """What was posted, path and text of each letter."""

    url: str
    letters: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    """Answer in a thread of its own while the block lasts."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def post_box() -> Iterator[PostBox]:
    """Take letters on a free port of this machine while the block lasts."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            box.letters.append((self.path, self.rfile.read(length).decode()))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Taker)
    box = PostBox(f"http://127.0.0.1:{server.server_port}")
    with serving(server):
        yield box


@contextmanager
def mail_box() -> Iterator[PostBox]:
    """Take e-mail on a free port of this machine while the block lasts, as a mail server without a password would."""

    class Taker(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                command = line.strip().upper()[:4]
                if command == DATA:
                    self.wfile.write(b"354 go on\r\n")
                    letter = iter(self.rfile.readline, b".\r\n")
                    box.letters.append(("mail", b"".join(letter).decode()))
                self.wfile.write(b"221 bye\r\n" if command == QUIT else b"250 well\r\n")
                if command == QUIT:
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Taker) as server:
        box = PostBox(f"mailto://127.0.0.1:{server.server_address[1]}")
        with serving(server):
            yield box
