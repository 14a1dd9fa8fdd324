"""The errors whose own words are the answer; any other is a fault of ours and keeps its traceback."""

from goldenthread.definitions import DefinitionError
from goldenthread.facts.engines import EngineError
from goldenthread.facts.intake.errors import Unreadable
from goldenthread.facts.store.log import StoreError
from goldenthread.jobs.refused import Refused
from goldenthread.record.answers import Denied, NotAllowed

SENTENCES = (DefinitionError, Unreadable, StoreError, EngineError, Refused, Denied, NotAllowed)
