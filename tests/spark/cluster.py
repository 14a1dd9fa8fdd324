"""Engines that formulas can run on beside the embedded one: a Spark cluster of a master and two workers, or
Sail.

    python -m tests.spark.cluster [spark|connect|sail]

prints what the environment of a process must hold to use it, and runs until it is interrupted.

The packages are those of the extra `spark` and the group `cluster`; Spark itself needs a Java of 17 or newer.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

Environment = dict[str, str]
"""What a process of the product needs to find the engine."""
_HERE = "127.0.0.1"
_SECONDS = 90
_FOR_SMALL_QUESTIONS = "spark.sql.shuffle.partitions 2\nspark.ui.showConsoleProgress false\n"


@contextlib.contextmanager
def spark() -> Iterator[Environment]:
    """A standalone cluster, `spark://...`. The drivers run in the processes that ask."""
    import pyspark

    home = Path(pyspark.__file__).parent
    port, web = free_ports(2)
    url = f"spark://{_HERE}:{port}"
    master = ["org.apache.spark.deploy.master.Master", "--host", _HERE, "--port", str(port)]
    worker = ["org.apache.spark.deploy.worker.Worker", "--host", _HERE, "--cores", "1", "--memory", "2g"]
    with (
        tempfile.TemporaryDirectory(prefix="goldenthread-spark-") as folder,
        contextlib.ExitStack() as running,
    ):

        def start(*command: str) -> Path:
            return running.enter_context(
                _running([str(home / "bin/spark-class"), *command], Path(folder), _java(home))
            )

        said = start(*master, "--webui-port", str(web))
        _wait_for(said, lambda text: "I have been elected leader" in text)
        for number in range(2):
            start(*worker, "--webui-port", "0", "--work-dir", f"{folder}/worker-{number}", url)
        _wait_for(said, lambda text: text.count("Registering worker") == 2)
        (Path(folder) / "spark-defaults.conf").write_text(_FOR_SMALL_QUESTIONS)
        yield {"GOLDENTHREAD_ENGINE": url, "SPARK_CONF_DIR": folder, **_java(home)}


@contextlib.contextmanager
def connect() -> Iterator[Environment]:
    """The same cluster behind a Connect server, `sc://...`, which holds the one driver."""
    import pyspark

    home = Path(pyspark.__file__).parent
    (port,) = free_ports(1)
    jar = next((home / "jars").glob("spark-connect_*.jar"), None)
    given = [] if jar is None else ["--jars", str(jar)]
    with spark() as cluster, tempfile.TemporaryDirectory(prefix="goldenthread-connect-") as folder:
        command = [
            str(home / "bin/spark-submit"),
            *(
                "--master",
                cluster["GOLDENTHREAD_ENGINE"],
                "--conf",
                f"spark.connect.grpc.binding.port={port}",
            ),
            *("--conf", f"spark.connect.grpc.binding.address={_HERE}", "--conf", "spark.ui.enabled=false"),
            *given,
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"),
        ]
        with _running(command, Path(folder), cluster):
            _wait_for_port(port)
            yield {"GOLDENTHREAD_ENGINE": f"sc://{_HERE}:{port}"}


@contextlib.contextmanager
def sail(port: int | None = None) -> Iterator[Environment]:
    """Sail, `sc://...`, which speaks Spark's Connect protocol without Java."""
    port = port or free_ports(1)[0]
    command = [
        str(Path(sys.executable).with_name("sail")),
        "spark",
        "server",
        "--ip",
        _HERE,
        "--port",
        str(port),
    ]
    with (
        tempfile.TemporaryDirectory(prefix="goldenthread-sail-") as folder,
        _running(command, Path(folder), {}),
    ):
        _wait_for_port(port)
        yield {"GOLDENTHREAD_ENGINE": f"sc://{_HERE}:{port}"}


def _java(home: Path) -> dict[str, str]:
    # Nothing listens beyond this machine, and no log grows beside the packages.
    return {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": _HERE, "SPARK_NO_DAEMONIZE": "1"}


@contextlib.contextmanager
def _running(command: list[str], folder: Path, settings: Mapping[str, str]) -> Iterator[Path]:
    """A process in `folder` and the file with what it says; ended with all it started."""
    said = folder / f"{len(list(folder.iterdir()))}.log"
    with said.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **settings},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield said
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(said: Path, happened: Callable[[str], bool]) -> None:
    ends = time.monotonic() + _SECONDS
    while not happened(text := said.read_text(errors="replace")):
        if time.monotonic() > ends:
            raise TimeoutError(f"Waited {_SECONDS} seconds. It said:\n{text[-3000:]}")
        time.sleep(0.2)


def _wait_for_port(port: int) -> None:
    ends = time.monotonic() + _SECONDS
    while True:
        try:
            socket.create_connection((_HERE, port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((_HERE, 0))
        return [int(one.getsockname()[1]) for one in sockets]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with {"spark": spark, "connect": connect, "sail": sail}[
        sys.argv[1] if sys.argv[1:] else "spark"
    ]() as found:
        print(*(f"{name}={value}" for name, value in found.items()), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
