"""A threaded HTTP server that can be started in a test and really be stopped."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from .app import App

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Without the 40 ms that Nagle's algorithm adds to every answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: `/_control/requests` has it all."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # so that server_close() joins them
    timeout = 0  # handle_request() is called when there is one

    def __init__(self, port: int, app: App) -> None:
        self._bell, self._rope = socket.socketpair()
        self._open: set[socket.socket] = set()
        super().__init__(HOST, port, app, handler=_Handler)

    def serve_until_stopped(self) -> None:
        """Answer until `stop` rings: `serve_forever` would look only now and then."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self, selectors.EVENT_READ)
            waiting.register(self._bell, selectors.EVENT_READ)
            while all(key.fileobj is self for key, _ in waiting.select()):
                self.handle_request()

    def stop(self) -> None:
        """Let `serve_until_stopped` return."""
        self._rope.shutdown(socket.SHUT_WR)  # close() would not, while a fork has it

    def get_request(self) -> tuple[Any, Any]:
        """Remember the connection."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what clients keep alive, or their threads would wait for ever."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def server_close(self) -> None:
        """Close every socket and wait for every thread."""
        super().server_close()
        self._bell.close()
        self._rope.close()


class ServerThread:
    """The server in a thread of its own."""

    def __init__(self, app: App, port: int = 0) -> None:
        self._server = _Server(port, app)
        self._thread = threading.Thread(
            target=self._server.serve_until_stopped,
            name="stripe-emulator",
            daemon=True,
        )
        self.port = int(self._server.server_address[1])
        self.url = f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the socket and wait for every thread."""
        self._server.stop()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
