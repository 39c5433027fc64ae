"""The least of S3 on loopback: objects by PUT, GET with ranges, HEAD, deletion and lists, if signed."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Bucket:
    """What was put, by key; ``refusals`` are requests that carried no signature of the right key."""

    def __init__(self, access_key: str) -> None:
        self.access_key = access_key
        self.objects: dict[str, bytes] = {}
        self.refusals = 0
        self.address = ""


@contextlib.contextmanager
def bucket(access_key: str) -> Iterator[Bucket]:
    """A bucket that is there meanwhile."""
    made = Bucket(access_key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    server.daemon_threads = False
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(made: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 2

        def log_message(self, *_words: object) -> None:
            pass

        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            if self._is_signed():
                made.objects[self._key()] = data
                self._answer(200, b"", etag=True)

        def do_GET(self) -> None:
            if not self._is_signed():
                return
            query = parse_qs(urlsplit(self.path).query)
            if "list-type" in query:
                self._answer(200, _listing(made, query.get("prefix", [""])[0]))
                return
            data = made.objects.get(self._key())
            if data is None:
                self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            elif found := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", "")):
                first, last = int(found[1]), min(int(found[2]), len(data) - 1)
                self._answer(206, data[first : last + 1], etag=True, span=f"bytes {first}-{last}/{len(data)}")
            else:
                self._answer(200, data, etag=True)

        do_HEAD = do_GET  # noqa: N815

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"])).decode()
            if self._is_signed():
                keys = re.findall(r"<Key>([^<]*)</Key>", data)
                for key in keys:
                    made.objects.pop(key, None)
                rows = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
                self._answer(200, f"<DeleteResult>{rows}</DeleteResult>".encode())

        def _key(self) -> str:
            return unquote(urlsplit(self.path).path).split("/", 2)[2]

        def _is_signed(self) -> bool:
            if f"Credential={made.access_key}/" in self.headers.get("authorization", ""):
                return True
            made.refusals += 1
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return False

        def _answer(self, status: int, body: bytes, *, etag: bool = False, span: str = "") -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.send_header("last-modified", formatdate(usegmt=True))
            if etag:
                self.send_header("etag", '"x"')
            if span:
                self.send_header("content-range", span)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler


def _listing(made: Bucket, prefix: str) -> bytes:
    rows = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        f'<ETag>"x"</ETag><Size>{len(data)}</Size></Contents>'
        for key, data in sorted(made.objects.items())
        if key.startswith(prefix)
    )
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>".encode()
