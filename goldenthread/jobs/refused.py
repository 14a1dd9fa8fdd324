"""What the product will not or cannot do, said to the person who asked."""


class Refused(Exception):
    """A sentence: what was found, what was wanted, what to do. Nothing was changed."""
