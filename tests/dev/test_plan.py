"""The floor plan: each rule fails on an offence planted in a tiny addon."""

from textwrap import dedent

import pytest

from dev.lab import odoo_source, paths, plan
from dev.lab.errors import LabError
from dev.plan import odoo_names, order, picture, rules
from dev.plan.arrows import Arrows
from dev.plan.house import House
from dev.plan.rooms import Rooms, read_mapping

ODOO = odoo_names.OdooNames(frozenset({"_compute_amount"}), frozenset({"amount"}))
LINK = """\
    class Link(models.Model):
        _name = "kash.stripe.link"

        opened_at = fields.Datetime()

        def _open(self):
            return True
"""
REFUND = """\
    class Refund(models.Model):
        _name = "kash.stripe.refund"

        link_id = fields.Many2one("kash.stripe.link")
        amount = fields.Monetary()
        returned_on = fields.Date()

        def _give_back(self):
            return self.link_id._open()

        def _compute_amount(self):
            self.amount = 0
"""
SOUND = {"models/link/link.py": LINK, "models/refund/refund.py": REFUND}


def house(folder, files, rooms=None):
    """Build an addon of these files, beside a link and the refund above it."""
    for path, text in {**SOUND, **files}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text))
    return House(folder, rooms or Rooms(), ODOO)


def complaints(folder, files, rooms=None):
    """Return what breaks a rule once these files are added."""
    built = house(folder, files, rooms)
    return [str(found) for found in rules.offences(built, Arrows(built))]


def extension(body, model="kash.stripe.link"):
    """Return a file with one class that extends a model."""
    lines = "\n".join(f"    {line}" for line in dedent(body).splitlines())
    return f'class Extension(models.Model):\n    _inherit = "{model}"\n\n{lines}\n'


def test_a_sound_house_breaks_no_rule(tmp_path):
    """Refunds stand above links: they may name them."""
    assert complaints(tmp_path, {}) == []


UPWARD = {
    "an import": "from ..refund.refund import Refund\n",
    "a model in env": 'def find(env):\n    return env["kash.stripe.refund"]\n',
    "a model's name alone": 'MODEL = "kash.stripe.refund"\n',
    "a comodel": extension(
        'back_ids = fields.One2many("kash.stripe.refund", "link_id")', "res.partner"
    ),
    "a private method": "def act(records):\n    records._give_back()\n",
    "a private method by its name": 'STEP = "_give_back"\n',
    "a step of a model": 'STEP = "kash.stripe.refund:_give_back"\n',
    "a field": "def act(records):\n    return records.returned_on\n",
    "a related path": extension(
        'day = fields.Date(related="back_id.returned_on")', "res.partner"
    ),
    "a path of depends": extension(
        """\
        @api.depends("back_id.returned_on")
        def _compute_day(self):
            self.day = False
        """,
        "res.partner",
    ),
}


@pytest.mark.parametrize("code", UPWARD.values(), ids=UPWARD)
def test_a_line_that_names_a_higher_room_is_told(code, tmp_path):
    """Whatever is spelt: to know a higher room is to depend on it."""
    told = complaints(tmp_path, {"models/link/more.py": code})
    assert told
    assert all("more.py:" in line and "link names refund, up" in line for line in told)


def test_neighbours_do_not_name_each_other(tmp_path):
    """Two rooms on one floor are joined above, never by a call."""
    call = "def act(records):\n    records._give_back()\n"
    [told] = complaints(tmp_path, {"models/payout/payout.py": call})
    assert "models/payout/payout.py:2: payout names refund, sideways" in told


def test_a_name_that_odoo_has_too_is_nobodys(tmp_path):
    """`amount` and `_compute_amount` say nothing of whose they are."""
    code = (
        "def act(records):\n    records._compute_amount()\n    return records.amount\n"
    )
    assert complaints(tmp_path, {"models/link/more.py": code}) == []


def test_prose_and_super_are_no_arrows(tmp_path):
    """A docstring may speak of a refund; super() names no one."""
    code = extension(
        '''\
        def _do_nothing(self):
            """Unlike kash.stripe.refund, do nothing."""
            return super()._give_back()
        ''',
        "account.move",
    )
    assert complaints(tmp_path, {"models/link/account_move.py": code}) == []


def test_the_hall_may_call_all_and_be_called_by_all(tmp_path):
    """An override in hooks/ is Odoo's method; it calls each room's step in order."""
    files = {
        "models/hooks/account_move.py": extension(
            "def _has_to_be_told(self):\n    return self._give_back()", "account.move"
        ),
        "models/link/more.py": "def act(move):\n    return move._has_to_be_told()\n",
    }
    assert complaints(tmp_path, files) == []


def test_a_private_method_of_two_higher_rooms_is_told_with_both(tmp_path):
    """Which of the two is meant depends on what is installed last: say so."""
    files = {
        "models/payout/move.py": extension("def _settle(self):\n    pass", "a.move"),
        "models/dispute/line.py": extension("def _settle(self):\n    pass", "a.line"),
        "models/link/more.py": "def act(move):\n    move._settle()\n",
    }
    [told] = complaints(tmp_path, files)
    assert (
        "link/more.py:2: link names `_settle`, which dispute and payout define" in told
    )
    assert "Define `_settle` once in a lower room" in told


def record(inside, model="x"):
    """Return a record with something in it."""
    return f'<record id="r" model="{model}">{inside}</record>'


def form(inside):
    """Return a view of these elements."""
    return record(f'<field name="arch">{inside}</field>')


XML = {
    "inherit_id": '<template id="t" inherit_id="refund_page"/>',
    "ref": record('<field name="inherit_id" ref="refund_page"/>'),
    "ref of a model": record('<field name="m" ref="model_kash_stripe_refund"/>'),
    "ref in eval": record("""<field name="m" eval="[ref('refund_page')]"/>"""),
    "a button's action": form('<button name="%(refund_page)d"/>'),
    "a group": form('<p groups="base.user,kash_stripe_connect.refund_page"/>'),
    "a menu's action": '<menuitem id="m" action="refund_page"/>',
    "t-call": form('<t t-call="kash_stripe_connect.refund_page"/>'),
    "a model": record("", "kash.stripe.refund"),
    "a field of a form": form('<field name="returned_on"/>'),
}


@pytest.mark.parametrize("view", XML.values(), ids=XML)
def test_a_view_points_downward_too(view, tmp_path):
    """A higher room adds its part to a lower form by a view of its own."""
    files = {
        "views/refund/pages.xml": '<odoo><template id="refund_page"/></odoo>',
        "views/link/pages.xml": f"<odoo>\n{view}\n</odoo>",
    }
    [told] = complaints(tmp_path, files)
    assert "views/link/pages.xml:2: link names refund, up" in told


def test_a_method_defined_twice_for_a_model_is_told(tmp_path):
    """Which runs first would be decided by the order of imports."""
    again = extension("def _open(self):\n    return super()._open()")
    [told] = complaints(tmp_path, {"models/send/link.py": again})
    assert "models/link/link.py:6: `_open` of kash.stripe.link is defined here" in told
    assert "models/send/link.py:4" in told


def test_a_model_of_its_own_may_override_what_it_inherits(tmp_path):
    """That is what a rule, or a mixin's user, is for."""
    rule = """\
        class Rule(models.AbstractModel):
            _name = "kash.stripe.link.rule"
            _inherit = "kash.stripe.link"

            def _open(self):
                return False
    """
    assert complaints(tmp_path, {"models/link/rule.py": rule}) == []


def test_two_files_of_a_room_for_one_model_are_told(tmp_path):
    """One model, one file: what it does in this room is read in one place."""
    more = extension("def _close(self):\n    return True")
    [told] = complaints(tmp_path, {"models/link/link_more.py": more})
    assert "link has 2 files for kash.stripe.link" in told


@pytest.mark.parametrize("path", ["models/stray.py", "views/stray.xml"])
def test_a_file_in_no_room_is_told(path, tmp_path):
    """A flat folder is no table of contents."""
    text = "<odoo/>" if path.endswith(".xml") else ""
    [told] = complaints(tmp_path, {path: text})
    assert f"{path}: stands in no room. Move it to" in told


def test_a_room_that_is_not_on_the_list_is_told(tmp_path):
    """Where it stands, and why it is a room, is said in one list."""
    [told] = complaints(tmp_path, {"models/cellar/wine.py": ""})
    assert "the room 'cellar' is not on the list of floors" in told
    assert "dev/plan/floors.py" in told


def test_a_long_file_is_told(tmp_path):
    """More than this nobody reads at once."""
    text = "x = 1\n" * (rules.LONGEST + 1)
    [told] = complaints(tmp_path, {"models/link/long.py": text})
    assert "long.py: has 451 lines" in told


RULE = """\
    class Rule(models.AbstractModel):
        _name = "kash.stripe.booking.{name}"
        _booking_order = {place}
"""


def test_booking_rules_are_listed_by_their_place(tmp_path):
    """The order is data: no file names them all."""
    files = {
        "models/refund/booking.py": RULE.format(name="refund", place=30),
        "models/payout/booking.py": RULE.format(name="payout", place=20),
    }
    found = order.booking_rules(house(tmp_path, files))
    assert [rule.model.rpartition(".")[2] for rule in found] == ["payout", "refund"]


def test_two_booking_rules_in_one_place_are_told(tmp_path):
    """Who comes first would be chance."""
    files = {
        "models/refund/booking.py": RULE.format(name="refund", place=30),
        "models/payout/booking.py": RULE.format(name="payout", place=30),
    }
    [told] = complaints(tmp_path, files)
    assert "has place 30" in told


def test_rules_of_two_families_may_have_one_place(tmp_path):
    """Each family has an order of its own."""
    planted = """\
        class Rule(models.AbstractModel):
            _name = "kash.stripe.{name}"
            _inherit = "kash.stripe.{family}"
            _rule_order = 10
    """
    files = {
        f"models/refund/{name}.py": planted.format(name=name, family=family)
        for name, family in (("a", "source"), ("b", "source"), ("c", "attention"))
    }
    [told] = complaints(tmp_path, files)
    assert "kash.stripe.b has place 10, as kash.stripe.a has" in told


def test_the_steps_of_a_sync_are_read_from_their_list(tmp_path):
    """The plan shows what is asked of Stripe, in order."""
    steps = '_STEPS = (\n    "kash.stripe.refund:_give_back",\n    "_open",\n)\n'
    found = order.steps(house(tmp_path, {"models/sync/steps.py": steps}))
    assert found == ["kash.stripe.refund:_give_back", "_open"]


def test_a_mapping_shows_a_house_before_its_files_move(tmp_path):
    """A file goes to a room as a whole, single definitions of it elsewhere."""
    mapping = tmp_path / "mapping.tsv"
    mapping.write_text(
        "# what stands flat today\n"
        "kash_stripe_connect/models/flat.py\tlink\n"
        "models/flat.py::back\trefund\n"
    )
    flat = "def front(r):\n    r._give_back()\n\ndef back(r):\n    r._give_back()\n"
    files = {"models/flat.py": flat}
    [told] = complaints(tmp_path / "addon", files, read_mapping(mapping))
    assert "models/flat.py:2: link names refund, up" in told


def test_a_mapping_of_what_is_not_there_is_told(tmp_path):
    """A typing error would show a layout that nobody planned."""
    rooms = Rooms({"models/lost.py": "link", "models/link/link.py::_lost": "base"})
    told = complaints(tmp_path, {}, rooms)
    assert [line.split(": ")[1].partition(",")[0] for line in told] == [
        "the mapping names a file",
        "the mapping names _lost",
    ]


def test_a_line_of_a_mapping_that_cannot_be_read_is_told(tmp_path):
    """Half a mapping is none."""
    mapping = tmp_path / "mapping.tsv"
    mapping.write_text("models/flat.py\n")
    with pytest.raises(LabError, match="line 1: expected"):
        plan.run_plan(["--as", str(mapping)])


def test_odoos_names_are_read_once_for_each_odoo(tmp_path):
    """Reading all of Odoo takes seconds: what it defines is kept."""
    home, kept = tmp_path / "home", tmp_path / "kept"
    (home / "odoo" / "tests").mkdir(parents=True)
    model = home / "odoo" / "model.py"
    model.write_text("class A:\n    day = fields.Date()\n    def _own(self): pass\n")
    (home / "odoo" / "tests" / "t.py").write_text(
        "class T:\n    def _test(self): pass\n"
    )
    names = odoo_names.read(home, "one", kept)
    assert (names.methods, names.fields) == ({"_own"}, {"day"})
    model.write_text("")
    assert odoo_names.read(home, "one", kept) == names
    assert odoo_names.read(home, "two", kept).methods == set()


def test_without_odoo_the_plan_says_what_it_misses(monkeypatch):
    """It cannot know whose a name is: no false alarm, and no false peace."""
    monkeypatch.setattr(odoo_source, "present", lambda: None)
    with pytest.raises(LabError, match="needs Odoo's source"):
        plan.today()


@pytest.mark.parametrize(("extra", "code"), [({}, 0), ({"models/stray.py": ""}, 1)])
def test_the_command_ends_with_an_error_if_a_rule_is_broken(
    extra, code, tmp_path, monkeypatch, capsys
):
    """So that it can stand in a hook."""
    house(tmp_path, extra)
    monkeypatch.setattr(paths, "ADDON", tmp_path)
    assert plan.run_plan(["--arrows"]) == code
    printed = capsys.readouterr().out
    assert "refund → link  kash_stripe_connect/models/refund/refund.py:4" in printed
    assert "model kash.stripe.link" in printed


def test_the_picture_leaves_out_what_follows(tmp_path):
    """With every arrow of twenty rooms it would be a hedge."""
    pairs = {("sync", "refund"), ("refund", "link"), ("sync", "link")}
    assert picture.reduced(pairs) == [("refund", "link"), ("sync", "refund")]


def test_the_architecture_page_has_the_picture_of_today():
    """If this fails: python3 -m dev plan --write."""
    assert plan.PAGE.read_text() == plan.page(Arrows(plan.today()))
