"""The addon's suite in parts that end at about the same time, on any machine."""

import pytest

from dev.lab.suite import shards, slots
from dev.lab.suite.weights import Weights

GIGABYTE = 2**30


def files(**weights):
    """Return files of the suite with their weights."""
    return {shards.TESTS / f"{name}.py": weight for name, weight in weights.items()}


def names(shard):
    """Return the bare names in a shard."""
    return [file.stem for file in shard]


def test_every_file_is_in_one_shard():
    """None left out, none twice."""
    weights = {file: 1.0 for file in shards.files()}
    divided = [file for shard in shards.divide(weights, 3) for file in shard]
    assert sorted(divided) == shards.files()


def test_the_longest_files_are_given_out_first():
    """The last shard to end is as early as it can be."""
    divided = shards.divide(files(a=50, b=30, c=20, d=1), 2)
    assert list(map(names, divided)) == [["a", "d"], ["b", "c"]]


def test_there_is_no_shard_without_files():
    """Odoo would run no tests, and say so."""
    assert len(shards.divide(files(a=5, b=1), 4)) == 2


@pytest.mark.parametrize(
    ("seconds", "slots", "count"), [(800, 2, 5), (10, 2, 2), (400, 16, 16)]
)
def test_there_are_as_many_shards_as_slots_or_more(seconds, slots, count):
    """Short ones fill the gaps between other jobs; each costs a start of Odoo."""
    assert shards.how_many(seconds, slots) == count


def test_slower_cases_weigh_nothing_where_they_are_not_run(tmp_path):
    """A file of them alone would leave its shard's slot idle."""
    file = tmp_path / "test_both.py"
    plain, slower = '"post_install"', '"post_install", "-standard", "long"'
    file.write_text("".join(f"@tagged({tags})\n" for tags in (plain, slower)))
    weights = Weights({"test_both": 8.0})
    assert (weights.of_file(file), weights.of_file(file, long=False)) == (8.0, 4.0)


def test_odoo_is_told_files_by_their_path_below_the_addon():
    """The tests lie elsewhere; Odoo sees them through the link."""
    room = shards.TESTS / "refunds" / "test_part.py"
    assert shards.module(room) == "refunds.test_part"
    assert shards.test_tags([*files(test_pay=1), room], {"standard"}) == (
        "standard/kash_stripe_connect/tests/test_pay.py,"
        "standard/kash_stripe_connect/tests/refunds/test_part.py"
    )


def test_what_is_slower_is_named_by_its_tag():
    """`--long`: both tags of each file."""
    named = shards.test_tags([*files(test_pay=1)], {"standard", "long"})
    assert named == (
        "long/kash_stripe_connect/tests/test_pay.py,"
        "standard/kash_stripe_connect/tests/test_pay.py"
    )


def test_a_file_never_measured_is_judged_by_its_tests(tmp_path):
    """A new file is no reason to weigh anew."""
    file = tmp_path / "test_new.py"
    file.write_text("class TestNew:\n    def test_a(self):\n    def test_b(self):\n")
    assert Weights().of_file(file) == 2.0
    assert Weights(files={"test_new": 9.5}).of_file(file) == 9.5


def test_weights_are_read_as_they_were_written(tmp_path):
    """They are committed: a fresh clone has measured nothing."""
    weights = Weights({"test_b": 2.04, "test_a": 1.0}, {"core": 7.0})
    weights.save(tmp_path / "weights.json")
    known = Weights.load(tmp_path / "weights.json")
    assert known == Weights({"test_a": 1.0, "test_b": 2.0}, {"core": 7.0})


@pytest.mark.parametrize(
    ("cores", "gigabytes", "fit"), [(2, 24, 2), (8, 4, 3), (4, 0.5, 1)]
)
def test_no_more_jobs_run_at_once_than_memory_holds(cores, gigabytes, fit):
    """A shard that is killed for want of memory has helped nobody."""
    assert slots.fitting(cores, int(gigabytes * GIGABYTE)) == fit
