"""Passkeys in a real browser, whose authenticator is its own virtual one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.web.accounts.people import PASSWORD, county

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("county")]
__all__ = ["county"]


@pytest.fixture
def device(page: Page) -> Iterator[CDPSession]:
    """A device with a fingerprint reader that knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    yield session
    session.detach()


def plug_in(device: CDPSession, *, knows_its_owner: bool = True) -> str:
    made = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": knows_its_owner,
                "automaticPresenceSimulation": True,
            }
        },
    )
    name: str = made["authenticatorId"]
    return name


def sign_in_with_password(page: Page, base: str, username: str) -> None:
    page.goto(f"{base}/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_supervisor_sets_one_up_and_signs_in_with_nothing_else(live_server, page: Page, device: CDPSession):
    plug_in(device)
    sign_in_with_password(page, live_server.url, "sam")
    expect(page.get_by_role("heading", level=1)).to_have_text("A second factor is needed")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What to call it").fill("The laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#passkeys")).to_contain_text("The laptop")
    page.get_by_text("Sam Okafor").first.click()
    page.get_by_role("button", name="Sign out").first.click()
    page.goto(f"{live_server.url}/units/north/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/units/north/")
    page.goto(f"{live_server.url}/accounts/")
    expect(page.locator("#passkeys")).to_contain_text("last used")


def test_it_also_follows_the_password(live_server, page: Page, device: CDPSession):
    plug_in(device)
    sign_in_with_password(page, live_server.url, "ana")
    page.goto(f"{live_server.url}/accounts/passkeys/new/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    sign_in_with_password(page, live_server.url, "ana")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Ana Ruiz").first).to_be_visible()


def test_a_device_that_does_not_know_its_owner_signs_nobody_in(live_server, page: Page, device: CDPSession):
    name = plug_in(device)
    sign_in_with_password(page, live_server.url, "ana")
    page.goto(f"{live_server.url}/accounts/passkeys/new/")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page.goto(f"{live_server.url}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    expect(page.get_by_text("No passkey was used")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used")
    page.goto(f"{live_server.url}/accounts/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_by_a_number_no_passkey_is_offered(live_server, page: Page):
    page.goto(live_server.url.replace("localhost", "127.0.0.1"))
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.locator("[data-passkey]")).to_have_count(0)
