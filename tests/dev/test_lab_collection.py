"""The addon's suite is the same through both doors, and runs at the same time."""

import json

from dev.lab.junit import Count
from dev.lab.suite import collection
from dev.lab.suite.collection import AddonTest, Collection

TAGS = ("post_install", "standard")
NODE = "tests/addon/refunds/test_part.py::TestPart::test_half"


def a_test(name="half", tags=TAGS, *, by_pytest_too=True):
    """Return a test as Odoo's loader tells of it."""
    return AddonTest(f"refunds.test_part.TestPart.test_{name}", tags, by_pytest_too)


def judged(*tests, pytest=(NODE,)):
    """Judge what both doors collected; return the outcome."""
    return Collection(tests, collection.by_pytest("\n".join(pytest))).judge()


def test_pytests_and_odoos_names_are_the_same_ids():
    """Otherwise nothing could be compared."""
    assert collection.by_pytest(f"{NODE}\n\n1 test collected in 2 s") == (a_test().id,)
    assert a_test().node == NODE


def test_what_odoo_collects_is_read_from_its_last_line():
    """Odoo may have something to say before."""
    told = [{"id": a_test().id, "tags": list(TAGS), "by_pytest_too": True}]
    assert collection.by_odoo(f"a warning\n{json.dumps(told)}\n") == (a_test(),)


def test_the_same_tests_through_both_doors_are_right():
    """Three rules are kept, and counted."""
    assert judged(a_test()).count == Count(passed=3)


def test_a_file_that_odoo_does_not_import_is_found():
    """Forgotten in `__init__.py`: pytest runs it, Odoo does not."""
    outcome = judged(a_test(), pytest=(NODE, NODE.replace("half", "whole")))
    assert not outcome.good
    assert "1 ran though nobody collected them: refunds.test_part" in outcome.details


def test_a_class_that_pytest_inherits_is_found():
    """pytest runs the tests of a base class again, Odoo does not."""
    assert not judged(a_test(), pytest=(NODE, NODE)).good


def test_a_test_at_install_is_found():
    """A shard installs nothing: such a test would never run."""
    outcome = judged(a_test(tags=("at_install", "standard")))
    assert f"-at_install: {a_test().id}" in outcome.details


def test_a_suite_with_nothing_for_pytest_is_found():
    """Then the contributor's door is not tested at all."""
    assert "not one is" in judged(a_test(by_pytest_too=False)).details


def test_a_shard_is_expected_to_run_what_its_tags_name():
    """What is slower is expected only when it is asked for."""
    slow = a_test("whole", ("post_install", "long"))
    both = Collection((a_test(), slow), ())
    module = ["refunds.test_part"]
    assert both.of_files(module, {"standard"}) == [a_test().id]
    assert both.of_files(module, {"standard", "long"}) == [a_test().id, slow.id]
    assert both.of_files(["test_part"], {"standard"}) == []


def test_what_is_marked_is_named_in_pytests_words():
    """The complete run hands these to pytest."""
    other = a_test("whole", by_pytest_too=False)
    assert Collection((a_test(), other), ()).marked == [NODE]
