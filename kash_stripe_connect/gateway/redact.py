# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nothing secret leaves the gateway, neither in an error's text nor in a log."""

import logging
import re

# API keys, webhook secrets, client secrets: https://docs.stripe.com/keys
_SECRETS = re.compile(
    r"\b(?:sk|rk|pk)_(?:test|live)_[A-Za-z0-9_*]+"
    r"|\bwhsec_[A-Za-z0-9_+/=]+"
    r"|\b\w+_secret_[A-Za-z0-9_]+"
)


def redact(text: str) -> str:
    """Return ``text`` with every key and secret replaced by ``[secret]``."""
    return _SECRETS.sub("[secret]", text)


class RedactingFilter(logging.Filter):
    """Redacts the finished message of every record that passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place and let it pass."""
        record.msg, record.args = redact(record.getMessage()), ()
        return True
