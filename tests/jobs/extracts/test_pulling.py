"""Extracts that are fetched: from hosts of the operator's list, by one door, and nowhere else."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from goldenthread.definitions import DefinitionError, Located, check, read_yaml
from goldenthread.facts.sources import Pull, SourceDefinition
from goldenthread.jobs.doctor import examine
from goldenthread.jobs.extracts.hosts import Hosts, ip_of
from goldenthread.jobs.extracts.outgoing import Bounds, fetch
from goldenthread.jobs.extracts.pulling import pull_what_is_due
from goldenthread.jobs.extracts.watching import look
from goldenthread.jobs.locks import one_at_a_time
from goldenthread.jobs.refused import Refused
from goldenthread.record.audit.actor import Actor
from goldenthread.record.audit.models import AuditEvent
from goldenthread.record.sources import actions, queries
from goldenthread.record.sources.checks import read_source
from goldenthread.record.sources.models import Batch, Fetch, Source
from tests.jobs.extracts.file_server import CALLS
from tests.jobs.extracts.test_watching import incoming, later  # noqa: F401
from tests.results.conftest import empty_store  # noqa: F401

Start = Callable[..., int]
FETCHED = """\
source: calls
pull: {{address: "https://a.example.gov/calls.csv", at: {at}}}
columns: {{call: {{type: text}}}}
"""
BOUNDS = Bounds(size=1_000_000, seconds=10, silence=5)


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a file server, with a certificate and its key or without; its port."""
    running = []

    def started(*words: object) -> int:
        script = Path(__file__).with_name("file_server.py")
        process = subprocess.Popen(
            [sys.executable, script, *map(str, words)], stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        return int(process.stdout.readline())

    yield started
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def port(start: Start) -> int:
    return start()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that this machine knows, each with the addresses it gives, one after the other each time it is
    asked; the last one stays."""
    known: dict[str, list[str]] = {}
    asked = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> list[object]:
        if host in known:
            place = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 0))]
        return asked(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def test_a_file_from_a_host_of_the_list_comes(port: int, tmp_path: Path) -> None:
    fetch(
        f"http://127.0.0.1:{port}/calls.csv",
        tmp_path / "out",
        hosts=Hosts.parse(f"127.0.0.1:{port}"),
        bounds=BOUNDS,
    )
    assert (tmp_path / "out").read_bytes() == CALLS


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("", "is no host that this machine may fetch from"),
        ("127.0.0.1", "is no host that this machine may fetch from"),
        ("localhost:{port}", "is no host that this machine may fetch from"),
        ("127.0.0.0/8", "is no host that this machine may fetch from"),
    ],
    ids=["an empty list", "another port", "another name of the same", "a range names no host"],
)
def test_any_other_host_is_refused_before_it_is_asked(
    port: int, tmp_path: Path, listed: str, said: str
) -> None:
    hosts = Hosts.parse(listed.format(port=port))
    with pytest.raises(Refused, match=said):
        fetch(f"http://127.0.0.1:{port}/calls.csv", tmp_path / "out", hosts=hosts, bounds=BOUNDS)
    assert not (tmp_path / "out").exists()


class TestSentOn:
    def test_to_a_host_that_is_not_listed(self, start: Start, port: int, tmp_path: Path) -> None:
        other = start()
        with pytest.raises(Refused, match=f"127.0.0.1:{other} is no host that this machine may fetch from"):
            self.go(f"http://127.0.0.1:{other}/calls.csv", port, tmp_path)

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://a:b@127.0.0.1:{port}/"])
    def test_to_what_is_no_page(self, port: int, tmp_path: Path, to: str) -> None:
        with pytest.raises(Refused, match="wanted an address that begins with https://"):
            self.go(to.format(port=port), port, tmp_path)

    def test_in_circles(self, port: int, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="sends on and on"):
            self.go("", port, tmp_path)

    def test_within_the_list(self, port: int, tmp_path: Path) -> None:
        self.go("/calls.csv", port, tmp_path)
        assert (tmp_path / "out").read_bytes() == CALLS

    def go(self, to: str, port: int, tmp_path: Path) -> None:
        hosts = Hosts.parse(f"127.0.0.1:{port}")
        fetch(f"http://127.0.0.1:{port}/to?{to}", tmp_path / "out", hosts=hosts, bounds=BOUNDS)


@pytest.mark.parametrize(
    ("path", "bounds", "said"),
    [
        ("calls.csv", Bounds(size=10), "sends more than the 10 bytes"),
        ("drip", Bounds(size=1000, seconds=0.3), "took longer than the 0 seconds"),
        ("gone.csv", BOUNDS, "answered 410 and sent no file"),
        ("half", BOUNDS, "broke off before the whole file was here: Connection broken"),
    ],
)
def test_what_takes_too_much_or_is_none_is_refused(
    port: int, tmp_path: Path, path: str, bounds: Bounds, said: str
) -> None:
    hosts = Hosts.parse(f"127.0.0.1:{port}")
    with pytest.raises(Refused, match=said):
        fetch(f"http://127.0.0.1:{port}/{path}", tmp_path / "out", hosts=hosts, bounds=bounds)


def test_a_silent_machine_is_not_waited_for(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Refused, match=f"{place} could not be asked: .*timed out"):
            fetch(
                f"http://{place}/",
                tmp_path / "out",
                hosts=Hosts.parse(place),
                bounds=Bounds(size=10, silence=0.2),
            )


class TestNames:
    def test_a_name_is_asked_once_and_its_address_stays(
        self, tmp_path: Path, names: dict[str, list[str]], start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        certificate, key = self.certificate("files.example.gov", tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        port = start(certificate, key)
        names["files.example.gov"] = ["127.0.0.1", "192.0.2.1"]
        hosts = Hosts.parse(f"files.example.gov:{port}, 127.0.0.0/8")
        fetch(f"https://files.example.gov:{port}/host", tmp_path / "out", hosts=hosts, bounds=BOUNDS)
        assert (tmp_path / "out").read_text() == f"files.example.gov:{port}"
        assert names["files.example.gov"] == ["192.0.2.1"]

    def test_who_answers_shows_the_certificate_of_the_name(
        self, tmp_path: Path, names: dict[str, list[str]], start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        certificate, key = self.certificate("another.example.gov", tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        port = start(certificate, key)
        names["files.example.gov"] = ["127.0.0.1"]
        hosts = Hosts.parse(f"files.example.gov:{port}, 127.0.0.0/8")
        with pytest.raises(Refused, match=r"doesn't match 'another\.example\.gov'"):
            fetch(f"https://files.example.gov:{port}/", tmp_path / "out", hosts=hosts, bounds=BOUNDS)

    def test_a_certificate_that_nobody_vouches_for_is_none(
        self, tmp_path: Path, names: dict[str, list[str]], start: Start
    ) -> None:
        port = start(*self.certificate("files.example.gov", tmp_path))
        names["files.example.gov"] = ["127.0.0.1"]
        hosts = Hosts.parse(f"files.example.gov:{port}, 127.0.0.0/8")
        with pytest.raises(Refused, match="certificate verify failed"):
            fetch(f"https://files.example.gov:{port}/", tmp_path / "out", hosts=hosts, bounds=BOUNDS)

    @pytest.mark.parametrize(
        "place", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "192.168.0.1", "100.64.0.1", "224.0.0.1"]
    )
    def test_an_inner_address_behind_a_listed_name_is_refused(
        self, tmp_path: Path, names: dict[str, list[str]], place: str
    ) -> None:
        names["files.example.gov"] = [place]
        with pytest.raises(Refused, match=f"files.example.gov is at {place}, inside a network"):
            fetch(
                "https://files.example.gov/calls.csv",
                tmp_path / "out",
                hosts=Hosts.parse("files.example.gov"),
                bounds=BOUNDS,
            )

    def test_nothing_is_asked_without_https_but_this_machine(
        self, tmp_path: Path, names: dict[str, list[str]]
    ) -> None:
        names["files.example.gov"] = ["192.0.2.1"]
        with pytest.raises(Refused, match="is not asked without HTTPS"):
            fetch(
                "http://files.example.gov:80/",
                tmp_path / "out",
                hosts=Hosts.parse("files.example.gov:80, 192.0.2.0/24"),
                bounds=BOUNDS,
            )

    def certificate(self, name: str, folder: Path) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return folder / "certificate.pem", folder / "key.pem"


@pytest.mark.parametrize("address", ["::ffff:10.0.0.1", "::1", "fe80::1", "fd00::1"])
def test_an_inner_address_stays_one_in_other_clothes(address: str) -> None:
    found = ip_of(address)
    assert found is not None
    assert not Hosts().opens(found)


@pytest.mark.parametrize("entry", ["https://data.example.gov", "data.example.gov/24", "*.example.gov", "a b"])
def test_an_entry_that_is_none_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match="wanted a"):
        Hosts.parse(f"data.example.gov, {entry}")


def test_an_entry_is_one_host_and_one_port() -> None:
    hosts = Hosts.parse(" Data.example.gov , [::1]:8443 ")
    assert hosts.lists(urlsplit("https://DATA.example.gov/calls.csv"))
    assert hosts.lists(urlsplit("https://[::1]:8443/"))
    for other in (
        "https://data.example.gov:8443/",
        "https://sub.data.example.gov/",
        "http://data.example.gov/",
    ):
        assert not hosts.lists(urlsplit(other))


@pytest.mark.parametrize(
    "address",
    ["http://data.example.gov/calls.csv", "https://me:secret@data.example.gov/", "file:///etc/passwd"],
)
def test_a_definition_names_a_safe_address(address: str) -> None:
    given = {"source": "calls", "pull": address, "columns": {"call": {"type": "text"}}}
    with pytest.raises(DefinitionError, match="an address"):
        check(SourceDefinition, Located(given, "calls.yaml", {}))


@pytest.mark.parametrize(
    ("written", "read"),
    [("05:30", "05:30"), ("5:30", "05:30"), ("12:30", "12:30"), ('"23:59"', "23:59"), ("0:00", "00:00")],
)
def test_a_time_of_day_is_read_as_it_is_meant(written: str, read: str) -> None:
    pull = read_source(read_yaml(FETCHED.format(at=written))).pull
    assert pull is not None
    assert pull.at == read


@pytest.mark.parametrize("written", ["24:00", "5:3", "noon", "12:30:00"])
def test_another_time_is_told(written: str) -> None:
    with pytest.raises(DefinitionError, match="a time of day from 00:00 to 23:59, such as 05:30"):
        read_source(read_yaml(FETCHED.format(at=written)))


MORNING = dt.datetime(2026, 10, 13, 17, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.django_db
class TestEachDay:
    def test_the_file_is_fetched_and_then_taken_as_any_other(
        self,
        incoming: Path,  # noqa: F811
        port: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.pull_from(f"http://127.0.0.1:{port}/calls.csv")
        monkeypatch.setattr(settings, "PULL_HOSTS", Hosts.parse(f"127.0.0.1:{port}"))
        (incoming / "calls" / ".fetched.part").write_text("what a crash left")
        (told,) = pull_what_is_due(now=MORNING)
        (fetched,) = (incoming / "calls").iterdir()
        assert told == f"calls: {fetched.name} was fetched."
        assert fetched.name.endswith("-calls.csv")
        assert pull_what_is_due(now=MORNING + 60 * MINUTE) == []
        look(now=later())
        assert Batch.objects.get().received_by == "job:watch"
        assert pull_what_is_due(now=MORNING + 24 * 60 * MINUTE) != []

    def test_what_cannot_be_had_leaves_nothing_and_is_told(
        self,
        incoming: Path,  # noqa: F811
        port: int,
    ) -> None:
        self.pull_from(f"http://127.0.0.1:{port}/calls.csv")
        (told,) = pull_what_is_due(now=MORNING)
        assert list((incoming / "calls").iterdir()) == []
        assert told.startswith(f"calls was not fetched. 127.0.0.1:{port} is no host")
        (told_too,) = (one for one in examine(now=MORNING) if one.about == "pull")
        assert told_too.wrong
        assert told_too.mend == f"GOLDENTHREAD_PULL_HOSTS=127.0.0.1:{port}"

    @pytest.mark.usefixtures("incoming")
    def test_it_is_tried_again_the_same_day_until_it_comes(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.pull_from(f"http://127.0.0.1:{port}/gone.csv")
        monkeypatch.setattr(settings, "PULL_HOSTS", Hosts.parse(f"127.0.0.1:{port}"))
        gone = [f"calls was not fetched. 127.0.0.1:{port} answered 410 and sent no file."]
        told = {minutes: pull_what_is_due(now=MORNING + minutes * MINUTE) for minutes in (0, 4, 5, 19, 20)}
        assert told == {0: gone, 4: [], 5: gone, 19: [], 20: gone}
        (finding,) = (one for one in examine(now=MORNING + 21 * MINUTE) if one.about == "pull")
        assert finding.sentence == (
            f"calls was not fetched. 127.0.0.1:{port} answered 410 and sent no file. "
            "It is tried again 2026-10-13 18:20 UTC."
        )
        assert "“Fetch it now” on the page of calls" in finding.mend
        assert Fetch.objects.get().failures == 3
        # The address is mended: what is saved is tried at once.
        self.pull_from(f"http://127.0.0.1:{port}/calls.csv")
        assert pull_what_is_due(now=MORNING + 21 * MINUTE) != []
        assert Fetch.objects.get().failures == 0
        # What another machine says is no matter of the log, whose rows hold ids.
        assert list(
            AuditEvent.objects.filter(kind="source", fields=["pull"], actor="job:pull")
            .order_by("pk")
            .values_list("action", "reason")
        ) == [("refused", "")] * 3 + [("received", "")]

    @pytest.mark.usefixtures("incoming")
    def test_one_that_fails_keeps_none_of_the_others(
        self, port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.pull_from(f"http://127.0.0.1:{port}/gone.csv")
        self.pull_from(f"http://127.0.0.1:{port}/calls.csv", into="other")
        monkeypatch.setattr(settings, "PULL_HOSTS", Hosts.parse(f"127.0.0.1:{port}"))
        told = pull_what_is_due(now=MORNING)
        assert [one.partition(" ")[0] for one in told] == ["calls", "other:"]

    @pytest.mark.usefixtures("incoming")
    def test_two_watchers_fetch_it_once(self, port: int) -> None:
        self.pull_from(f"http://127.0.0.1:{port}/calls.csv")
        with one_at_a_time("pull"):
            assert pull_what_is_due(now=MORNING) == []
        assert pull_what_is_due(now=MORNING) != []

    def pull_from(self, address: str, into: str = "calls") -> None:
        shape = queries.definition_of(Source.objects.get(key="calls"))
        changed = shape.model_copy(update={"source": into, "title": into, "pull": Pull(address=address)})
        actions.save_source(changed, by=Actor.operator(), now=MORNING)
