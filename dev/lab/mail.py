"""A mail server that delivers nothing: it keeps every mail for people and tests."""

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from dev.lab import paths
from dev.lab.ports import HOST

Announce = Callable[[EmailMessage], None]


class MailBox:
    """The mails that have come in, oldest first, each also a file."""

    def __init__(self, folder: Path, announce: Announce) -> None:
        """Keep the mails in a folder and tell about each."""
        self.messages: list[EmailMessage] = []
        self._folder = paths.folder(folder)
        self._announce = announce

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a mail in."""
        content = envelope.original_content or b""
        message = email.message_from_bytes(content, policy=email.policy.default)
        number = len(list(self._folder.glob("*.eml"))) + 1
        (self._folder / f"{number:04}.eml").write_bytes(content)
        self.messages.append(message)
        self._announce(message)
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address."""
        return [mail for mail in self.messages if address in str(mail["to"])]


@contextmanager
def receiving(port: int, folder: Path, announce: Announce) -> Iterator[MailBox]:
    """Receive mails on a port for a while."""
    box = MailBox(folder, announce)
    controller = Controller(box, hostname=HOST, port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
