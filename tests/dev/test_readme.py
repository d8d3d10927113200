"""What the addon's page says is what its fragments say."""

from dev.lab import readme


def test_the_addons_readme_is_made_from_its_fragments():
    """If this fails: python3 -m dev readme."""
    assert (readme.ADDON / "README.rst").read_text() == readme.compose()
