"""No broker and no database server: the worker command alone drives everything."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.shop import open_shop


def test_the_worker_command_drives_each_engine_until_idle(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        launched = shop.launch(5)
        said = shop.django("tryon_worker", "--until-idle")
        jobs = shop.report()
        assert {job["id"] for job in jobs} == set(launched)
        assert len({job["engine"] for job in jobs}) == 5
        for job in jobs:
            shop.see(job)
    assert "has stopped" in said
