"""The settings of the mail server: taken as said, or refused with the variable named and no password told."""

from __future__ import annotations

import pytest

from goldenthread.jobs.mail.server import MailServer, domain_of

SAID = {
    "url": "smtp://gold:th%40ead@mail.example.gov",
    "sender": "Goldenthread <numbers@Example.gov>",
    "domains": "example.gov, Parks.Example.gov",
    "base": "https://numbers.example.gov/",
}


def parsed(**more: str) -> MailServer:
    return MailServer.parse(**{**SAID, **more})


def test_what_is_said_is_taken() -> None:
    server = parsed()
    assert (server.host, server.port, server.user, server.password) == (
        "mail.example.gov",
        587,
        "gold",
        "th@ead",
    )
    assert (server.tls, server.start_tls) == (False, True)
    assert server.base == "https://numbers.example.gov"
    assert server.sender_domain == "example.gov"
    assert server.goes_to("ana@EXAMPLE.gov")
    assert server.goes_to("ana@parks.example.gov")
    assert not server.goes_to("ana@example.gov.evil.example")
    assert not server.goes_to("ana@sub.example.gov")


@pytest.mark.parametrize(
    ("url", "port", "tls", "start_tls"),
    [
        ("smtps://mail.example.gov", 465, True, False),
        ("smtp://mail.example.gov:25", 25, False, True),
        ("smtp://localhost:1025", 1025, False, False),
        ("smtp://[::1]:1025", 1025, False, False),
    ],
)
def test_it_is_in_the_clear_on_this_machine_alone(url: str, port: int, tls: bool, start_tls: bool) -> None:
    server = parsed(url=url)
    assert (server.port, server.tls, server.start_tls) == (port, tls, start_tls)


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("url", "mail.example.gov", "GOLDENTHREAD_MAIL names no mail server"),
        ("url", "http://user:hunter2@mail.example.gov", "GOLDENTHREAD_MAIL names no mail server"),
        ("url", "smtp://user:hunter2@mail.example.gov:99999", "GOLDENTHREAD_MAIL names no mail server"),
        ("url", "smtp://user:hunter2@mail.example.gov/x", "GOLDENTHREAD_MAIL names no mail server"),
        ("sender", "", "GOLDENTHREAD_MAIL_FROM is “”"),
        ("sender", "numbers", "GOLDENTHREAD_MAIL_FROM is “numbers”"),
        ("sender", "a@example.gov\nBcc: b@example.com", "GOLDENTHREAD_MAIL_FROM is"),
        ("domains", "", "GOLDENTHREAD_MAIL_TO is “”"),
        ("domains", "example.gov,*", "GOLDENTHREAD_MAIL_TO is “example.gov,*”"),
        ("base", "", "GOLDENTHREAD_ADDRESS is “”"),
        ("base", "http://numbers.example.gov", "GOLDENTHREAD_ADDRESS is"),
        ("base", "https://numbers.example.gov/x", "GOLDENTHREAD_ADDRESS is"),
    ],
)
def test_what_cannot_be_is_refused_by_name(name: str, said: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("*", r"\*")) as refused:
        parsed(**{name: said})
    assert "hunter2" not in str(refused.value)
    assert "th@ead" not in str(refused.value)


def test_the_domain_of_an_address() -> None:
    assert domain_of("Ana@Example.GOV") == "example.gov"
    assert domain_of('"a@b"@example.gov') == "example.gov"
    assert domain_of("ana") == ""
