"""The demo as a whole, as one starts it."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image

from example_project.demo.command import only_one
from tests.processes import answers, environment, free_port, python, running
from tests.run import ROOT

ENGINES = {
    "idm-vton": ".jpg",
    "try-on-diffusion": ".jpg",
    "p-image-try-on": ".png",
    "fashion-ai": ".jpg",
    "video-tryon-v2": ".mp4",
}


def demo(tmp_path: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*python("example_project.demo", "--port", str(free_port())), *arguments],
        cwd=ROOT,
        env=environment(EXAMPLE_PROJECT_VAR=str(tmp_path), **given),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_once_all_five_engines_dress_somebody(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    done = demo(tmp_path, "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {line.split()[0]: line for line in done.stdout.splitlines() if " done " in line}
    assert rows.keys() == ENGINES.keys()
    for engine, ending in ENGINES.items():
        file = tmp_path / "results" / f"{engine}{ending}"
        assert file.name in rows[engine]
        if ending != ".mp4":
            with Image.open(file) as picture:
                assert min(picture.size) >= 480
    assert b"ftyp" in (tmp_path / "results" / "video-tryon-v2.mp4").read_bytes()[:16]


def read(url: str) -> str:
    with urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def test_it_goes_on_serving_until_ctrl_c(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    port = free_port()
    with running(
        python("example_project.demo", "--port", str(port)),
        log=tmp_path / "demo.log",
        env=environment(EXAMPLE_PROJECT_VAR=str(tmp_path)),
        ready=lambda said: "Stop with Ctrl-C" in said,
        seconds=240,
    ) as process:
        said = (tmp_path / "demo.log").read_text()
        assert f"http://127.0.0.1:{port}/admin/   admin / tryon-demo" in said
        page = read(f"http://127.0.0.1:{port}/products/breton-top/")
        assert page.count("<tryon-compare") == 1
        assert page.count("<video") == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert not answers(port)


def test_told_to_stop_midway_it_takes_its_children_along(tmp_path: Path) -> None:
    log, port = tmp_path / "demo.log", free_port()
    with running(
        python("example_project.demo", "--port", str(port)),
        log=log,
        env=environment(EXAMPLE_PROJECT_VAR=str(tmp_path)),
        ready=lambda said: "being sent" in said or "running" in said,
    ) as process:
        pass
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in log.read_text()
    assert not answers(port)


def test_money_is_not_spent_unasked(tmp_path: Path) -> None:
    done = demo(tmp_path, "--once", SEGMIND_API_KEY="SG_real")
    assert done.returncode == 1
    assert "asset store" in done.stdout
    assert "together          about $5." in done.stdout
    assert "say --yes" in done.stdout
    assert not (tmp_path / "logs" / "worker.log").exists()


def test_two_demos_do_not_share_a_database(tmp_path: Path) -> None:
    with only_one(tmp_path / "demo.lock", "http://127.0.0.1:8123"):
        done = demo(tmp_path, "--once")
    assert done.returncode == 1
    said = "A demo is running already (http://127.0.0.1:8123). Stop it with Ctrl-C there."
    assert done.stdout.strip() == said


def test_a_demo_that_is_over_is_in_nobodys_way(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "demo.lock"
    for port in (8123, 8124):
        with only_one(lock, f"http://127.0.0.1:{port}"):
            assert lock.read_text() == f"http://127.0.0.1:{port}"


def test_a_folder_of_photos_that_is_none_is_named(tmp_path: Path) -> None:
    done = demo(tmp_path, "--once", "--photos", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "is not a folder" in done.stdout


def test_a_broken_database_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(b"this was never a database, whatever it is called")
    done = demo(tmp_path, "--once", SEGMIND_API_KEY="SG_real")
    assert "could not be used (file is not a database)" in done.stdout
    assert "8 products" in done.stdout
    (aside,) = tmp_path.glob("db-unusable-*.sqlite3")
    assert aside.read_bytes().startswith(b"this was never")
