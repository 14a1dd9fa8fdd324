"""Signing in by an identity provider that runs beside the product, in a real browser."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from goldenthread.accounts import actions
from goldenthread.accounts.models import SignOn, User
from tests.identity.openid_provider import PASSWORD, SECRET
from tests.identity.processes import free_port, make_certificate, running
from tests.web.accounts.people import BY, NOW, add_app, code_of, county, signed_in, user_of
from tests.web.accounts.providers import Configure, configure, openid_file, saml_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("county")]
__all__ = ["configure", "county"]


@pytest.fixture(scope="module")
def openid_process(live_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of a provider that runs for all tests of this file."""
    port, folder = free_port(), tmp_path_factory.mktemp("city")
    with running("openid_provider.py", port, folder, f"{live_server.url}/accounts/oidc/city/return/"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def city(openid_process: str, tmp_path: Path, configure: Configure) -> str:
    """A city whose staff sign in by OpenID Connect; its issuer."""
    (tmp_path / "secret").write_text(SECRET + "\n")
    configure(openid_file(openid_process, tmp_path / "secret"))
    return openid_process


@pytest.fixture
def county_provider(live_server: Any, tmp_path: Path, configure: Configure) -> Iterator[str]:
    """A county whose staff sign in by SAML; its entity id."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    make_certificate(tmp_path)
    configure(saml_file(base, tmp_path / "certificate.pem"))
    metadata = Client(headers={"host": live_server.url.removeprefix("http://")})
    (tmp_path / "site.xml").write_bytes(metadata.get("/accounts/saml/county/metadata/").content)
    with running("saml_provider.py", port, tmp_path):
        yield f"{base}/metadata"


def at_the_city(page: Page, username: str) -> None:
    page.get_by_label("Login").or_(page.get_by_label("Username")).fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In").click()


def at_the_county(page: Page, username: str) -> None:
    page.get_by_label("Who are you?").fill(username)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page) -> Any:
    return expect(page.get_by_role("heading", level=1))


def subject_of_ana(page: Page, base: str) -> str:
    """What the city calls ana, as the page for the unknown tells her."""
    page.goto(base)
    page.get_by_role("link", name="Sign in with City account").click()
    at_the_city(page, "ana")
    heading(page).to_have_text("No account here yet")
    return page.locator("code").inner_text()


def test_by_openid_connect_only_whoever_is_bound_gets_in(live_server, page: Page, city: str):
    accounts = User.objects.count()
    subject = subject_of_ana(page, live_server.url)
    assert User.objects.count() == accounts
    actions.bind(user=user_of("ana"), issuer=city, subject=subject, by=BY, now=NOW)
    page.goto(f"{live_server.url}/measures/?kind=how_well")
    page.get_by_role("link", name="Sign in with City account").click()
    page.wait_for_url("**/measures/?kind=how_well")
    expect(page.get_by_text("Ana Ruiz").first).to_be_visible()


def test_an_invitation_binds_and_is_gone(live_server, page: Page, city: str):
    secret = actions.invite(user=user_of("new"), by=BY, now=timezone.now())
    page.goto(f"{live_server.url}/accounts/invitation/{secret}/")
    page.get_by_role("link", name="Sign in with City account from now on").click()
    at_the_city(page, "ana")
    expect(page.get_by_text("New Person").first).to_be_visible()
    bound = SignOn.objects.get()
    assert (bound.user.username, bound.issuer) == ("new", city)
    assert not user_of("new").has_usable_password()
    page.goto(f"{live_server.url}/accounts/invitation/{secret}/")
    heading(page).to_have_text("This link no longer works")


def test_an_email_address_binds_nothing_and_a_closed_account_stays_shut(live_server, page: Page, city: str):
    User.objects.filter(username="ana").update(email="ana@city.example")
    subject = subject_of_ana(page, live_server.url)
    actions.bind(user=user_of("ana"), issuer=city, subject=subject, by=BY, now=NOW)
    actions.deactivate(user=user_of("ana"), by=BY, now=NOW)
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with City account").click()
    heading(page).to_have_text("No account here yet")


def test_the_same_subject_of_another_issuer_is_somebody_else(live_server, page: Page, city: str):
    subject = subject_of_ana(page, live_server.url)
    actions.bind(user=user_of("ana"), issuer="https://elsewhere.example", subject=subject, by=BY, now=NOW)
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with City account").click()
    heading(page).to_have_text("No account here yet")


def test_a_wrong_client_secret_and_a_forged_answer_sign_nobody_in(
    live_server, page: Page, city: str, settings
):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "not the one"
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with City account").click()
    at_the_city(page, "ana")
    heading(page).to_have_text("You are not signed in")
    page.goto(f"{live_server.url}/accounts/oidc/city/return/?code=guessed&state=guessed")
    heading(page).to_have_text("You are not signed in")


def test_a_provider_that_vouches_spares_the_second_factor_and_another_does_not(
    live_server, page: Page, city: str, settings
):
    secret = add_app(signed_in("sam"))
    subject = subject_of_ana(page, live_server.url)
    actions.bind(user=user_of("sam"), issuer=city, subject=subject, by=BY, now=NOW)
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with City account").click()
    heading(page).to_have_text("One more step")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Sam Okafor").first).to_be_visible()
    known = settings.SINGLE_SIGN_ON.providers
    known["city"] = dataclasses.replace(known["city"], vouches=True)
    page.context.clear_cookies(domain="localhost")
    page.goto(f"{live_server.url}/units/north/")
    page.get_by_role("link", name="Sign in with City account").click()
    page.wait_for_url("**/units/north/")
    heading(page).to_have_text("North office")


def test_by_saml_only_whoever_is_bound_gets_in(live_server, page: Page, county_provider: str):
    page.goto(f"{live_server.url}/measures/")
    page.get_by_role("link", name="Sign in with County account").click()
    at_the_county(page, "w-4711")
    heading(page).to_have_text("No account here yet")
    expect(page.locator("code")).to_have_text("w-4711")
    actions.bind(user=user_of("ana"), issuer=county_provider, subject="w-4711", by=BY, now=NOW)
    page.goto(f"{live_server.url}/measures/")
    page.get_by_role("link", name="Sign in with County account").click()
    at_the_county(page, "w-4711")
    page.wait_for_url("**/measures/")
    expect(page.get_by_text("Ana Ruiz").first).to_be_visible()
    names = {cookie["name"] for cookie in page.context.cookies(live_server.url)}
    assert names == {"goldenthread", "goldenthread-csrf"}


def test_an_answer_of_saml_counts_once_and_only_where_it_was_asked_for(
    live_server, page: Page, county_provider: str
):
    actions.bind(user=user_of("ana"), issuer=county_provider, subject="w-4711", by=BY, now=NOW)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if "/return/" in one.url else None)
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with County account").click()
    at_the_county(page, "w-4711")
    expect(page.get_by_text("Ana Ruiz").first).to_be_visible()
    back = f"{live_server.url}/accounts/saml/county/return/"
    for browser in (page.context.request, page.context.browser.new_context().request):
        again = browser.post(
            back, data=sent[0], headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert (again.status, "You are not signed in" in again.text()) == (200, True)


def test_an_answer_of_saml_that_was_changed_signs_nobody_in(live_server, page: Page, county_provider: str):
    import base64
    from urllib.parse import parse_qs, urlencode

    actions.bind(user=user_of("ana"), issuer=county_provider, subject="w-0001", by=BY, now=NOW)

    def change(route: Any) -> None:
        words = {key: values[0] for key, values in parse_qs(route.request.post_data).items()}
        answer = base64.b64decode(words["SAMLResponse"]).replace(b"w-4711", b"w-0001")
        words["SAMLResponse"] = base64.b64encode(answer).decode()
        route.continue_(post_data=urlencode(words))

    page.route("**/accounts/saml/county/return/", change)
    page.goto(live_server.url)
    page.get_by_role("link", name="Sign in with County account").click()
    at_the_county(page, "w-4711")
    heading(page).to_have_text("You are not signed in")
