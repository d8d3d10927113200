"""Metadata: https://docs.stripe.com/api/metadata."""

from __future__ import annotations

from .errors import invalid

MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500


def merge(
    before: dict[str, str], given: dict[str, str] | str | None, path: str = "metadata"
) -> dict[str, str]:
    """Return the metadata after a request: an empty value unsets a key, or all."""
    if given is None or isinstance(given, str):
        return {} if given == "" else dict(before)
    for key, value in given.items():
        _check(key, value, path)
    merged = {k: v for k, v in {**before, **given}.items() if v != ""}
    if len(merged) > MOST_KEYS:
        message = f"You can only have up to {MOST_KEYS} metadata keys."
        raise invalid(message, path)
    return merged


def _check(key: str, value: str, path: str) -> None:
    if len(key) > LONGEST_KEY:
        message = (
            f"Metadata keys can be up to {LONGEST_KEY} characters long. You passed in "
            f"a key that is {len(key)} characters long. Invalid key: {key}"
        )
        raise invalid(message, path)
    if len(value) > LONGEST_VALUE:
        message = (
            f"Metadata values can have up to {LONGEST_VALUE} characters. You passed in "
            f"a value that is {len(value)} characters. Invalid value: {value[:60]}"
        )
        raise invalid(message, f"{path}[{key}]")
