from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spark import cluster
from tests.spark.cluster import Environment

ENGINES = {"sail": cluster.sail, "spark": cluster.spark, "connect": cluster.connect}


@pytest.fixture(
    scope="session",
    params=[
        "sail",
        pytest.param("spark", marks=pytest.mark.long),
        pytest.param("connect", marks=pytest.mark.long),
    ],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Environment]:
    with ENGINES[request.param]() as environment:
        yield environment
