"""The lab's arrows: its files import one another downward, never in a circle."""

from pathlib import Path

import pytest

from dev.circles import circles, graph
from dev.stripe_emulator.floors import FLOORS

DEV = Path(__file__).resolve().parents[2] / "dev"
ROOMS = ("stripe_emulator", "lab", "bench")
EMULATOR = "dev.stripe_emulator"


def plant(root, **files):
    """Write a small package, and return who imports whom in it."""
    for name, text in files.items():
        path = root / "plot" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return graph(root / "plot", "plot")


def test_no_file_imports_itself_by_way_of_others():
    """A circle can only be read, moved or tested as one lump."""
    assert circles(graph(DEV, "dev")) == []


@pytest.mark.parametrize("room", ROOMS)
def test_there_are_arrows_to_check(room):
    """A rule over files that import nothing would hold for ever."""
    arrows = graph(DEV, "dev")
    inside = {name for name in arrows if name.startswith(f"dev.{room}.")}
    assert len([name for name in inside if arrows[name] & inside]) >= 5


def upward(arrows, package, floors):
    """Return the imports that point to a higher floor; the front door sees all."""
    named = {entry: n for n, floor in enumerate(floors) for entry in floor.split()}
    inside = {
        name: named.get(name.removeprefix(f"{package}.").split(".")[0])
        for name in arrows
        if name != package
    }
    assert [name for name, floor in inside.items() if floor is None] == []
    return [
        (name, target)
        for name, floor in inside.items()
        for target in sorted(arrows[name])
        if inside[target] > floor
    ]


def test_the_emulators_imports_point_downward():
    """Who changes a floor need not know what stands on it."""
    arrows = graph(DEV / "stripe_emulator", EMULATOR)
    assert upward(arrows, EMULATOR, FLOORS) == []


def test_the_floors_name_files_that_exist():
    """A list that nobody tidies is not read."""
    arrows = graph(DEV / "stripe_emulator", EMULATOR)
    entries = [entry for floor in FLOORS for entry in floor.split()]
    assert len(entries) == len(set(entries))
    assert [e for e in entries if f"{EMULATOR}.{e}" not in arrows] == []


def test_a_planted_arrow_upward_is_found(tmp_path):
    """An arrow upward is the half of a circle that a later change will close."""
    files = {"low": "from .room import high", "room/high": "", "top": "import plot.low"}
    found = upward(plant(tmp_path, **files), "plot", ("low", "room top"))
    assert found == [("plot.low", "plot.room.high")]


def test_a_file_on_no_floor_is_found(tmp_path):
    """A new file is put somewhere, by whoever adds it."""
    arrows = plant(tmp_path, low="", new="from . import low")
    with pytest.raises(AssertionError, match="new"):
        upward(arrows, "plot", ("low",))


@pytest.mark.parametrize(
    "back",
    [
        "from . import a",
        "from .a import A",
        "import plot.a",
        "from plot.a import A",
        "def late():\n    from .a import A",
        "if TYPE_CHECKING:\n    from .a import A",
    ],
)
def test_a_planted_circle_is_found(tmp_path, back):
    """Late and typed imports hide a circle from Python, not from a reader."""
    arrows = plant(tmp_path, a="from . import b", b="from .c import C", c=back)
    assert circles(arrows) == [["plot.a", "plot.b", "plot.c"]]


def test_a_circle_through_a_package_is_found(tmp_path):
    """Importing `sub.low` runs `sub/__init__.py`, whatever that imports."""
    files = {
        "sub/__init__": "from .high import High",
        "sub/high": "from ..shared import VALUE",
        "sub/low": "",
        "shared": "from .sub.low import Low",
    }
    arrows = plant(tmp_path, **files)
    assert circles(arrows) == [["plot.shared", "plot.sub", "plot.sub.high"]]


def test_two_circles_are_two(tmp_path):
    """Each is mended by itself."""
    arrows = plant(
        tmp_path,
        a="from . import b",
        b="from . import a, c",
        c="from . import d",
        d="from . import c",
    )
    assert circles(arrows) == [["plot.a", "plot.b"], ["plot.c", "plot.d"]]


def test_a_tree_without_circles_has_none(tmp_path):
    """Two ways to the same floor are no circle; nor is a package's own front door."""
    arrows = plant(
        tmp_path,
        __init__="from .a import A",
        a="from . import b, c",
        b="from .d import D",
        c="from .d import D",
        d="import os",
    )
    assert circles(arrows) == []
    assert arrows["plot.a"] == {"plot.b", "plot.c"}
