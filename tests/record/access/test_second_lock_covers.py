"""Every table with rows of persons stands on one side: the database guards it, or it is known why not."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from goldenthread.accounts.models import User
from goldenthread.record.access import second_lock
from goldenthread.record.orgs.models import Person

WHO_DECIDES = "it says who may see what, and must never be silent about it"
NOT_OF_A_PERSON = "it is of a measure, a source or a unit, and names who looks after it"

OPEN = {
    "accounts_user": WHO_DECIDES,
    "record_person": WHO_DECIDES,
    "record_post": WHO_DECIDES,
    "record_grant": WHO_DECIDES,
    "record_proposal": WHO_DECIDES,
    "record_delegation": WHO_DECIDES,
    "accounts_invitation": "it holds a digest nobody can use, and is made by one person for another",
    "record_hold": "it keeps records from being purged, and must never be silent about it",
    "record_wall": "it holds a digest nobody can use, and is looked up before anybody is known",
    "record_token": "it holds a digest nobody can use, and is looked up before anybody is known",
    "record_missioncomment": "whoever sees the unit reads what is said of its mission, and by whom",
    "record_missionsupport": "whoever sees the unit reads who supports its mission",
    "record_element": NOT_OF_A_PERSON,
    "record_measure": NOT_OF_A_PERSON,
    "record_source": NOT_OF_A_PERSON,
    "record_rebase": NOT_OF_A_PERSON,
    "account_emailaddress": "the library's own, and empty: addresses are in accounts_user",
    "socialaccount_socialaccount": "the library's own, and empty: accounts_signon says who somebody is",
}


def test_every_table_that_names_a_person_is_guarded_or_known() -> None:
    named = {model._meta.db_table for model in apps.get_models() if names_a_person(model)}
    guarded = set(second_lock.LOCKED)
    undecided = named - guarded - set(OPEN)
    assert not undecided, "say on which side these stand"
    assert not guarded & set(OPEN)
    assert set(OPEN) <= named, "these are gone"


def names_a_person(model: type[models.Model]) -> bool:
    people = (User, Person)
    return model in people or any(
        field.related_model in people for field in model._meta.get_fields() if field.concrete
    )
