"""Text that a person wrote, turned into checked values, with errors that say where and what was wanted."""

from goldenthread.definitions.addresses import Address
from goldenthread.definitions.checking import Definition, Words, check, one_of
from goldenthread.definitions.problems import DefinitionError, Problem
from goldenthread.definitions.text import Located, dump_yaml, read_yaml

__all__ = [
    "Address",
    "Definition",
    "DefinitionError",
    "Located",
    "Problem",
    "Words",
    "check",
    "dump_yaml",
    "one_of",
    "read_yaml",
]
