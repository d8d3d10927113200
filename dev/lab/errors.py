"""The one error a person at the terminal gets to see."""


class LabError(Exception):
    """Something the lab cannot go on with, told in a sentence."""
