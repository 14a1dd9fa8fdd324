"""What was decided about values that wait: some approved, or one returned with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from goldenthread.jobs.owed import HandedIn
from goldenthread.web.desk.forms.doing import Mistake


class Decision:
    """``chosen`` are numbers of values to approve; ``returned`` is the one to send back, and ``why``.

    A value that the reader cannot decide on is not there for them: Http404.
    """

    def __init__(
        self, waiting: Sequence[HandedIn], approved: Sequence[HandedIn], data: QueryDict | None
    ) -> None:
        self.data = data or QueryDict()
        self.mistakes: list[Mistake] = []
        open_to = {str(one.pk): one for one in waiting if not one.own}
        returnable = open_to | {str(one.pk): one for one in approved}
        numbers = self.data.getlist("value")
        back = self.data.get("return", "")
        if (back and back not in returnable) or not open_to.keys() >= set(numbers):
            raise Http404
        self.chosen = frozenset(int(one) for one in numbers)
        self.returned = returnable.get(back)
        self.why = self.why_of(int(back)) if back else ""

    def why_of(self, number: int) -> str:
        """The reason typed for one value."""
        return self.data.get(f"why-{number}", "").strip()

    def is_valid(self) -> bool:
        """Whether something was decided, with its reason; else ``mistakes`` says what is missing."""
        if self.returned is not None and not self.why:
            self.mistakes.append(
                Mistake(
                    f"why-{self.returned.pk}",
                    _("%(title)s, %(period)s: say what should be corrected.")
                    % {"title": self.returned.measure.title, "period": self.returned.period_name},
                )
            )
        elif self.returned is None and not self.chosen:
            self.mistakes.append(Mistake("values", _("Choose at least one value to approve.")))
        return not self.mistakes
