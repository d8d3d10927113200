"""The picture of the house in docs/architecture.md: drawn from the rooms themselves."""

from collections.abc import Iterator

from dev.circles import reachable
from dev.plan.arrows import Arrows
from dev.plan.floors import FLOORS, Room, ranks

BEGIN = "<!-- Drawn by `python3 -m dev plan --write`; do not edit by hand. -->"
END = "<!-- End of what is drawn. -->"


def inserted(page: str, arrows: Arrows) -> str:
    """Return the page with the picture of today between its two markers."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        message = f"the page needs the two lines {BEGIN} and {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n{drawn(arrows)}\n{END}{after}"


def drawn(arrows: Arrows) -> str:
    """Return the picture and the list of floors as Markdown."""
    lines = [
        "",
        "```mermaid",
        "flowchart TB",
        *_rooms(),
        *_arrows(arrows),
        "```",
        "",
        "An arrow that follows from others is left out; a dotted one does not point"
        " down.",
        "",
        *_table(),
        "",
    ]
    return "\n".join(lines)


def _rooms() -> Iterator[str]:
    """Yield the rooms from the top; neighbours stand in a frame."""
    floors = ranks()
    for floor in reversed(FLOORS):
        nodes = [f"room_{room.name}[{room.name}]" for room in floor]
        if len(floor) == 1:
            yield f"    {nodes[0]}"
        else:
            yield f'    subgraph floor_{floors[floor[0].name]}[" "]'
            yield from (f"        {node}" for node in nodes)
            yield "    end"


def _arrows(arrows: Arrows) -> Iterator[str]:
    """Yield the arrows between rooms of the list."""
    floors = ranks()
    known = [p for p in arrows.counts() if p[0] in floors and p[1] in floors]
    down = {pair for pair in known if floors[pair[1]] < floors[pair[0]]}
    for source, target in known:
        if (source, target) not in down:
            yield f"    room_{source} -.-> room_{target}"
    for source, target in reduced(down):
        yield f"    room_{source} --> room_{target}"


def reduced(arrows: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the arrows, in order, that do not follow from others."""
    edges: dict[str, set[str]] = {}
    for source, target in arrows:
        edges.setdefault(source, set()).add(target)
    reach = reachable(edges)
    return sorted(
        (source, target)
        for source, target in arrows
        if not any(target in reach.get(via, set()) for via in edges[source] - {target})
    )


def _table() -> Iterator[str]:
    """Yield the list of floors, from the top."""
    yield "| floor | room | what it is for |"
    yield "|---|---|---|"
    for floor in reversed(FLOORS):
        yield from (_row(room) for room in floor)


def _row(room: Room) -> str:
    """Return the table's line of a room."""
    return f"| {ranks()[room.name]} | `{room.name}` | {room.reason} |"
