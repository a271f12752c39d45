"""An operator's first minutes with bin/serve: what it prints, what it makes, how it refuses."""

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bench.ports import free_port

ROOT = Path(__file__).parent.parent.parent
KEY = re.compile(r"phx_\w{20,}")


class Server:
    """A server on its way: what it has printed, and whether it answers."""

    def __init__(self, folder: Path, port: int, **settings: str) -> None:
        self.port = port
        self.log = folder / f"{port}-{time.monotonic_ns()}.log"
        environment = {
            "PORT": str(port),
            "DATABASE_URL": f"sqlite:///{folder}/experiments.sqlite3",
            "EXPERIMENTS_API_KEY": "",
            "EXPERIMENTS_VENV": sys.prefix,
        }
        with self.log.open("w") as output:
            self.process = subprocess.Popen(  # noqa: S603 (a command of ours)
                [ROOT / "bin/serve"],
                cwd=ROOT,
                env=os.environ | environment | settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def wait_until_ready(self) -> None:
        for _ in range(600):
            assert self.process.poll() is None, self.printed
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/_readyz", timeout=5) as answer:
                    assert answer.status == 200
            except URLError:
                time.sleep(0.2)
            else:
                return
        pytest.fail(self.printed)


@contextmanager
def served(folder, *ports, **settings):
    servers = [Server(folder, port, **settings) for port in ports]
    try:
        yield servers
    finally:
        for server in servers:
            server.process.terminate()
        for server in servers:
            server.process.wait(timeout=30)


def test_serve__two_at_once_on_a_fresh_database__both_answer_and_one_prints_the_key(tmp_path):
    with served(tmp_path, free_port(), free_port()) as servers:
        for server in servers:
            server.wait_until_ready()
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in tmp_path.iterdir()
            if path.suffix != ".log"
        }

    assert set(modes.values()) == {0o600}, modes
    assert {"experiments.sqlite3", "experiments.sqlite3-wal"} <= modes.keys()
    with_key = [server for server in servers if KEY.search(server.printed)]
    assert len(with_key) == 1

    with served(tmp_path, free_port()) as [again]:
        again.wait_until_ready()
    assert not KEY.search(again.printed)
    assert "#code=" not in again.printed
    assert "bin/manage bootstrap" in again.printed


def test_serve__same_port_twice__the_later_one_is_told(tmp_path):
    port = free_port()
    with served(tmp_path, port, port) as servers:
        for _ in range(600):
            ended = [server for server in servers if server.process.poll() is not None]
            if ended:
                break
            time.sleep(0.2)
        [refused] = ended
        assert f"Cannot listen on 127.0.0.1, port {port}" in refused.printed
        assert "Traceback" not in refused.printed
        [other] = [server for server in servers if server is not refused]
        other.wait_until_ready()


def test_serve__metrics_folder_that_cannot_be_made__answers_and_says_so(tmp_path):
    (tmp_path / "file").write_text("no folder")
    folder = {"METRICS_TOKEN": "open", "METRICS_FOLDER": str(tmp_path / "file" / "metrics")}
    with served(tmp_path, free_port(), **folder) as [server]:
        server.wait_until_ready()
        request = Request(
            f"http://127.0.0.1:{server.port}/_metrics", headers={"Authorization": "Bearer open"}
        )
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=5)  # noqa: S310

    assert refused.value.code == 503
    assert "metrics_unavailable" in refused.value.read().decode()
    assert "METRICS_FOLDER cannot be written" in server.printed


def run_in(folder, command, **settings):
    return subprocess.run(  # noqa: S603 (a command of ours)
        [folder / command],
        env=os.environ | {"EXPERIMENTS_VENV": sys.prefix} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_serve__folder_that_cannot_be_written__one_sentence(tmp_path):
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    # Not by permissions: who runs the tests may be root, who may write everywhere.
    (tmp_path / "var").write_text("no folder")

    done = run_in(tmp_path, "bin/serve")

    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot write to {tmp_path}/var")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"WORKERS": "many", "DATABASE_URL": "postgres://127.0.0.1/x"}, "WORKERS must be"),
        ({"DATABASE_URL": "mysql://127.0.0.1/x"}, "DATABASE_URL must be"),
        ({"EXPERIMENTS_API_KEY": "my key"}, "EXPERIMENTS_API_KEY must be"),
        ({"PORT": "http"}, "Cannot listen on"),
    ],
)
def test_serve__wrong_setting__one_sentence(settings, sentence):
    done = run_in(ROOT, "bin/serve", **({"PORT": str(free_port())} | settings))

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
