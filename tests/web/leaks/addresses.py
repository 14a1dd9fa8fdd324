"""What is asked for in the proofs that nothing leaks: every address of the matrix, and what a page can be
asked for beside its address."""

from __future__ import annotations

from collections.abc import Mapping

from goldenthread.web.addresses import is_wall
from tests.web.matrix import rows

QUERIES = (
    "/?page=2",
    "/access/?q=a",
    "/access/?show=accounts",
    "/access/people/{Ana}/?on=2026-01-05",
    "/access/people/{Ana}/compare/?one=2026-01-05&other=2026-06-05",
    "/access/people/rae/",
    "/access/people/~una/",
    "/audit/?actor=ana",
    "/data/?show=late",
    "/data/batches/?show=waiting",
    "/data/batches/?source={source}",
    "/data/batches/?show=rejected&page=2",
    "/measures/?q=a",
    "/measures/?page=2",
    "/measures/data.csv?q=calls",
    "/measures/visits_done/",
    "/measures/visits_done/?split=topic",
    "/measures/visits_done/data.csv?split=topic",
    "/measures/{measure of Benefits}/?unit={North}",
    "/measures/{measure of Benefits}/?unit={South}",
    "/measures/{measure of Benefits}/?unit={Roads}",
    "/measures/{measure of Benefits}/?unit=county&view=table",
    "/measures/{measure of Benefits}/?by=quarter",
    "/measures/{measure of Benefits}/?by=day",
    "/measures/{measure of Benefits}/?tree=today",
    "/measures/{measure of Benefits}/data.csv?unit={South}",
    "/measures/{measure of Roads}/?unit={Roads}",
    "/measures/{measure of Roads}/data.csv",
    "/measures/{measure of Roads}/history/",
    "/my-access/?on=2026-01-05",
    "/my-access/compare/?one=2026-01-05&other=2026-06-05",
    "/units/{North}/reports/{report of Benefits}/?since=2026-01-05&until=2026-01-06",
    "/units/{South}/reports/{report of Benefits}/",
    "/units/benefits/reports/{report of Benefits}/?days=last_week",
    "/units/benefits/reports/{report of Benefits}/data.csv",
    "/units/{North}/reports/{list of Benefits}/open/?page=2",
    "/units/{South}/reports/{list of Benefits}/open/",
    "/units/benefits/reports/{list of Benefits}/open/data.csv",
    "/search/?q=office",
    "/search/?q=a",
    "/search/?q=pothole",
    "/services/road_care/",
    "/services/road_care/data.csv",
    "/thread/?view=list",
    "/thread/?unit={Roads}",
    "/thread/?unit={South}",
    "/thread/?measure={measure of Roads}",
    "/thread/road_care/",
    "/units/{North}/?page=2",
    "/units/{South}/mission/",
    "/units/{South}/data.csv",
    "/units/{Roads}/mission/",
    "/units/{Roads}/data.csv",
    "/units/county/",
    "/units/benefits/",
    "/units/works/",
    "/upkeep/?department=works",
    "/upkeep/?department=benefits",
    "/who-looked/?before=100",
)


def every_address(things: Mapping[str, str]) -> list[str]:
    """Each once, with the keys and numbers of a built county. Not a wall, which answers everybody alike: what
    stands on one is in ``desk/test_walls.py``."""
    asked = [row.at(things) for row in rows() if not is_wall(row.address)]
    asked += [query.format(**things) for query in QUERIES]
    return list(dict.fromkeys(asked))
