"""Every address of the product, called by a stranger and by somebody without any right."""

from __future__ import annotations

import re

import pytest
from django.core.checks import run_checks

from goldenthread.accounts import actions as accounts
from goldenthread.record.audit.actor import Actor
from goldenthread.web.access import rule_of
from goldenthread.web.addresses import is_public, is_sign_in
from goldenthread.web.checks import every_view
from tests.web.test_middleware import NOW

pytestmark = pytest.mark.django_db


def filled(address):
    """The address with something that does not exist in place of each parameter."""
    address = re.sub(r"<int:[^>]+>", "999999", address)
    return re.sub(r"<[^>]+>", "nothing", address)


def test_every_view_says_who_may_call_it():
    assert [message for message in run_checks() if message.id.startswith("goldenthread")] == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_nowhere(client, method):
    for address, view in every_view():
        if is_public(address) or is_sign_in(address):
            continue
        response = getattr(client, method)(filled(address))
        assert response.status_code == 302, (address, view)
        assert response["Location"].startswith("/?next="), (address, view)


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_without_a_right_finds_nothing_where_one_is_needed(client, method):
    client.force_login(accounts.create_user(username="new", name="New", by=Actor.job("test"), now=NOW))
    missing = client.get("/no/such/thing/").content
    for address, view in every_view():
        if rule_of(view).permission is not None:
            response = getattr(client, method)(filled(address))
            assert (response.status_code, response.content) == (404, missing), (address, view)
