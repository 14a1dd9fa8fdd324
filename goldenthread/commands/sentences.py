"""The errors whose own words are the answer; any other is a fault of ours and keeps its traceback."""

from goldenthread.definitions import DefinitionError
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.store.log import StoreError
from goldenthread.jobs.refused import Refused
from goldenthread.record.access.denied import Denied
from goldenthread.record.framework import policies as framework
from goldenthread.record.measures import policies as measures
from goldenthread.record.sources import policies as sources

SENTENCES = (
    DefinitionError,
    Unreadable,
    StoreError,
    Refused,
    Denied,
    framework.NotAllowed,
    measures.NotAllowed,
    sources.NotAllowed,
)
