"""Scripts in every text that a person types, through the forms, shown in a real browser: none runs.

The pages are looked at twice: as they are, and with the content security policy switched off, so that the
escaping stands alone. Nothing a person types is taken for markup, so there is nothing to sanitize.
"""

from __future__ import annotations

from itertools import islice

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Browser

from goldenthread.accounts.models import User
from goldenthread.record.framework.models import Element
from goldenthread.record.measures.models import MeasureVersion
from goldenthread.record.orgs.models import Person, Unit
from tests.hostile.scripts import PAYLOADS
from tests.web.desk.worlds import as_user, build_world, last_month

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ALL = "\n".join(PAYLOADS)
PAGES = {
    "dora": (
        "/",
        "/thread/phone/?unit=north",
        "/thread/phone/?view=list",
        "/services/phone/",
        "/services/phone/edit/",
        "/units/",
        "/units/benefits/",
        "/units/north/",
        "/units/north/mission/",
        "/measures/",
        "/measures/calls_answered/",
        "/measures/calls_answered/history/",
        "/search/?q=ran",
        "/stand-ins/",
        "/upkeep/",
        "/who-looked/",
    ),
    "ada": (
        "/measures/calls_answered/edit/",
        "/measures/calls_answered/annotate/",
        "/measures/calls_answered/rebase/",
        "/data/",
        "/data/batches/",
        "/data/sources/calls/",
        "/data/sources/calls/edit/",
        "/search/?q=" + "%3Cscript%3Eran(1)%3C/script%3E",
    ),
    "adam": ("/access/", "/access/people/ana/", "/access/waiting/"),
    "aud": ("/audit/", "/access/people/ana/"),
    "ana": ("/my-numbers/", "/my-access/", "/accounts/"),
}


def send(username: str, address: str, **form: object) -> None:
    """Send a form; whatever the product makes of it, it does not break."""
    assert as_user(username).post(address, form).status_code < 500, address


def few(count: int, *, longest: int) -> list[str]:
    return list(islice((one for one in PAYLOADS if len(one) <= longest and "\n" not in one), count))


@pytest.fixture
def county() -> None:
    """What can be typed, and what comes by file, is a script."""
    build_world()
    send(
        "dora",
        "/services/phone/edit/",
        name=few(1, longest=200)[0],
        description=ALL,
        products=ALL,
        partners=ALL,
    )
    send("dora", "/units/north/mission/", mission=ALL, vision=ALL, adopted_on="2026-01-05")
    send("ana", "/units/north/mission/comment/", text=ALL)
    period = last_month().key
    chart = "/measures/calls_answered"
    for text in few(6, longest=110):
        send("ada", f"{chart}/annotate/?unit=north", period=period, unit="north", text=text)
    send("ada", f"{chart}/rebase/", period=period, unit="", what_happened=few(3, longest=110)[2], reason=ALL)
    send(
        "adam", "/access/people/ana/grant/", role="auditor", unit="county", reason=ALL, starts_on="2026-01-05"
    )
    for name, one in zip(("calls.csv", "<img src=x onerror=ran(1)>.csv"), PAYLOADS, strict=False):
        send("ada", "/data/sources/calls/upload/", file=SimpleUploadedFile(name, f"{one},x\n1,2\n".encode()))
    # What comes with a nightly file from another system, of the lengths its columns have.
    texts = iter(few(150, longest=90))
    for model, field in ((Unit, "name"), (Person, "name"), (User, "name"), (Element, "name")):
        for row in model.objects.all():
            setattr(row, field, next(texts))
            row.save()
    for version in MeasureVersion.objects.select_related("measure"):
        version.measure.title = next(texts)
        version.measure.save()
        version.definition |= {"title": version.measure.title, "why_it_matters": ALL, "caveats": ALL}
        version.save()


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "escaping alone"])
def test_no_script_runs(live_server, browser: Browser, county: None, policy: bool) -> None:
    assert len(PAYLOADS) >= 200
    ran: list[object] = []
    looked = 0
    for username, addresses in PAGES.items():
        client = Client()
        client.force_login(User.objects.get(username=username))
        context = browser.new_context(bypass_csp=not policy)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()

        page.on("dialog", lambda dialog: (ran.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
        page.expose_function("ran", lambda what: ran.append(what))
        for address in addresses:
            response = page.goto(live_server.url + address)
            assert response is not None
            assert response.status == 200, (username, address)
            looked += "ran(1)" in page.content()
        context.close()
    assert ran == []
    assert looked > 20, "the texts are hardly shown anywhere, so this says little"


def test_the_judge_hears_a_script(browser: Browser) -> None:
    page = browser.new_page()
    ran: list[int] = []
    page.expose_function("ran", lambda what: ran.append(what))
    for payload in ("<img src=x onerror=ran(1)>", "<svg onload=ran(1)>", "<details open ontoggle=ran(1)>"):
        page.set_content(f"<p>{payload}</p>")
        page.wait_for_function("true")
        page.wait_for_timeout(200)
    page.close()
    assert len(ran) == 3
