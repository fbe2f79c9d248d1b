"""The demo's child processes: watched, stopped, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from example_project.demo.children import Children, answers
from example_project.demo.trouble import Trouble
from tests.processes import environment, free_port, until
from tests.run import ROOT

SERVE = "runserver --noreload --skip-checks 127.0.0.1:{port}"


@pytest.fixture(autouse=True)
def _shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "example_project.settings")
    monkeypatch.setenv("EXAMPLE_PROJECT_VAR", str(tmp_path / "var"))


def test_a_server_is_waited_for_and_stopped(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/media/nothing"
    with Children(tmp_path) as children:
        children.start("site", *SERVE.format(port=port).split())
        children.wait_for("site", url)
        children.check()
        assert answers(url)
    assert not answers(url)
    children.stop()  # once more does no harm


def test_a_child_that_ends_is_named_with_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("helper", "nosuchcommand")
        with pytest.raises(Trouble, match="The helper ended by itself") as trouble:
            children.wait_for("helper", f"http://127.0.0.1:{free_port()}/")
    assert "nosuchcommand" in str(trouble.value)


def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("example_project.demo.children.PATIENCE", 0.0)
    with Children(tmp_path) as children:
        children.start("site", *SERVE.format(port=free_port()).split())
        with pytest.raises(Trouble, match="did not answer"):
            children.wait_for("site", f"http://127.0.0.1:{free_port()}/")


def test_a_child_that_will_not_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("example_project.demo.children.GRACE", 0.2)
    children = Children(tmp_path)
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
            "print(flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None
    with stubborn.stdout as said:
        said.readline()
        children._running["stubborn"] = stubborn
        children.stop()
    assert stubborn.returncode == -signal.SIGKILL


def test_children_end_even_when_the_demo_is_killed(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "import sys, pathlib, time\n"
        "from example_project.demo.children import Children\n"
        f"with Children(pathlib.Path({str(tmp_path)!r})) as children:\n"
        f"    children.start('site', *{SERVE.format(port=port).split()!r})\n"
        f"    children.wait_for('site', 'http://127.0.0.1:{port}/media/nothing')\n"
        "    print('up', flush=True)\n"
        "    time.sleep(600)\n"
    )
    demo = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(
            EXAMPLE_PROJECT_VAR=str(tmp_path / "var"),
            DJANGO_SETTINGS_MODULE="example_project.settings",
        ),
        stdout=subprocess.PIPE,
    )
    assert demo.stdout is not None
    with demo.stdout as said:
        assert said.readline() == b"up\n"
        os.kill(demo.pid, signal.SIGKILL)
        demo.wait(10)
        url = f"http://127.0.0.1:{port}/"
        until(lambda: not answers(url), seconds=15, what="end of the site")
