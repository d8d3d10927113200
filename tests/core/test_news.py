"""What Stripe said of several objects, put together; and lists read page by page."""

from dataclasses import dataclass

from odoo.addons.kash_stripe_connect.core.lists import Page
from odoo.addons.kash_stripe_connect.core.news import News
from odoo.addons.kash_stripe_connect.gateway.pages import pages


@dataclass(frozen=True)
class Fact:
    """What has an id and says something."""

    id: str
    word: str = ""


def test_each_object_stands_once_with_its_last_word():
    """In the order in which they were first named."""
    first = News(rows=(Fact("a", "old"), Fact("b")), charges=(Fact("c"),))
    later = News(rows=(Fact("d"), Fact("a", "new")), refunds=(Fact("a"),))
    both = first + later
    assert both.rows == (Fact("a", "new"), Fact("b"), Fact("d"))
    assert both.charges == (Fact("c"),)
    assert both.refunds == (Fact("a"),)


def test_the_account_is_what_was_said_last():
    """No word of it takes nothing away."""
    first, last = News(account=("first", ())), News(account=("last", ()))
    assert sum([first, last, News()], News()).account == ("last", ())


def listed(asked):
    """Return a verb that lists three pages, and notes what it is asked."""

    def verb(*, since, cursor):
        asked.append((since, cursor))
        number = len(asked)
        return Page(items=(Fact(f"f{number}"),), cursor=f"f{number}" * (number < 3))

    return verb


def test_a_list_is_read_to_its_end_behind_each_cursor():
    """What else is asked stays the same."""
    asked = []
    found = [fact for page in pages(listed(asked), since=7) for fact in page.items]
    assert found == [Fact("f1"), Fact("f2"), Fact("f3")]
    assert asked == [(7, None), (7, "f1"), (7, "f2")]


def test_a_page_is_asked_for_when_the_one_before_it_is_done():
    """So that each can be written before the next is fetched."""
    asked = []
    next(pages(listed(asked), since=7))
    assert len(asked) == 1
