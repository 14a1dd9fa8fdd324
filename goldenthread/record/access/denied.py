"""A no, in words."""


class Denied(Exception):
    """This person may not do this. The text is a sentence for that person."""
