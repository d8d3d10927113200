"""What all hosted pages share: the frame, the look, and escaping."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup
from werkzeug.wrappers import Response


def _asset(name: str) -> Markup:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file


STYLE, SCRIPT, INSIDE = map(_asset, ("style.css", "form.js", "embedded.js"))
FRAME = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body{kind}>
<p class="Ribbon">Stripe emulator – no real money</p>
<main class="Page">{body}</main>
<script>{script}</script>
</body>
</html>
"""
)


def page(
    title: str, body: Markup, status: int = 200, *, inside: bool = False
) -> Response:
    """Return a whole page; `inside` another one, which it tells what happens."""
    html = FRAME.format(
        title=title,
        body=body,
        style=STYLE,
        script=SCRIPT + INSIDE if inside else SCRIPT,
        kind=Markup(' class="Inside"') if inside else "",
    )
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(html, status, headers, content_type="text/html; charset=utf-8")


def notice(
    title: str, text: str, status: int = 200, *, inside: bool = False
) -> Response:
    """Return a page that only says something."""
    body = Markup('<section class="Notice"><h1>{}</h1><p>{}</p></section>')
    return page(title, body.format(title, text), status, inside=inside)


def error(text: str) -> Markup:
    """Return what went wrong, if something did."""
    if not text:
        return Markup("")
    return Markup('<p class="ErrorMessage" role="alert">{}</p>').format(text)


def field(
    field_id: str,
    label: str,
    value: str = "",
    *,
    placeholder: str = "",
    mode: str = "text",
    complete: str = "off",
    locked: bool = False,
) -> Markup:
    """Return a labelled input."""
    html = Markup(
        '<label class="Field" for="{id}"><span>{label}</span><input id="{id}" '
        'name="{id}" type="{type}" inputmode="{mode}" value="{value}" '
        'placeholder="{placeholder}" autocomplete="{complete}"{locked}></label>'
    )
    return html.format(
        id=field_id,
        label=label,
        type="email" if mode == "email" else "text",
        mode=mode,
        value=value,
        placeholder=placeholder,
        complete=complete,
        locked=Markup(" readonly") if locked else "",
    )


def select(
    field_id: str, label: str, options: list[tuple[str, str]], value: str
) -> Markup:
    """Return a labelled choice."""
    html = Markup('<option value="{}"{}>{}</option>')
    choices = Markup("").join(
        html.format(code, Markup(" selected") if code == value else "", name)
        for code, name in options
    )
    frame = Markup(
        '<label class="Field" for="{id}"><span>{label}</span>'
        '<select id="{id}" name="{id}">{choices}</select></label>'
    )
    return frame.format(id=field_id, label=label, choices=choices)
