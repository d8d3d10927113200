"""Stripe's list of balance transactions, served from a generated year."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from dev.bench.year import Year
from dev.lab.ports import HOST

PATH = "/v1/balance_transactions"
FAR = 2**40


@contextmanager
def serving(year: Year) -> Iterator[str]:
    """Serve a year for a while, at the address returned."""

    class Handler(_Handler):
        rows = year

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    """Answers one list only: whoever asks for more measures something else."""

    protocol_version = "HTTP/1.1"
    rows: Year

    def do_GET(self) -> None:
        """Answer with a page, newest first."""
        asked = urlsplit(self.path)
        if asked.path != PATH:
            self.send_error(404)
            return
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        texts, more = self.rows.page(
            int(query.get("created[gte]", 0)),
            int(query.get("created[lt]", FAR)),
            query.get("starting_after"),
            int(query.get("limit", 10)),
        )
        self._answer(
            f'{{"object": "list", "url": "{PATH}", "has_more": {json.dumps(more)},'
            f' "data": [{", ".join(texts)}]}}'
        )

    def _answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the benchmark tells how far it is."""
