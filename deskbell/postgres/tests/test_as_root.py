from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deskbell.postgres.cluster import Cluster
from deskbell.postgres.tests.starters import START_AND_STOP, WITHOUT_NAMESPACES, outcome, starter

pytestmark = pytest.mark.usefixtures("root")

OpenDesk = Callable[..., Cluster]
NAMELESS = 54321


def owners(data: Path) -> set[int]:
    return {path.lstat().st_uid for path in (data, *data.rglob("*"))}


def test_roots_private_home_stays_private_and_its_files_stay_roots(
    open_desk: OpenDesk, folder: Path
) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    cluster = open_desk(home / "var")
    cluster.ensure_running()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert owners(home) == {0}


def test_the_server_of_root_has_none_of_roots_powers(desk: Cluster) -> None:
    desk.ensure_running()
    status = Path(f"/proc/{desk.pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    inside, outside, count = Path(f"/proc/{desk.pid}/uid_map").read_text().split()
    assert inside != "0"
    assert (outside, count) == ("0", "1")


def test_without_namespaces_the_cluster_alone_is_handed_to_a_humble_user(folder: Path) -> None:
    data = folder / "var"
    for _ in range(2):
        code, told = outcome(starter(data, START_AND_STOP, within=WITHOUT_NAMESPACES))
        assert code == 0, told
    (cluster,) = data.glob("pg*")
    assert 0 not in owners(cluster)
    assert [data.stat().st_uid, folder.stat().st_uid] == [0, 0]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_root_s_cluster_is_handed_over_where_namespaces_are_forbidden_and_runs_ever_after(
    open_desk: OpenDesk, folder: Path
) -> None:
    cluster = open_desk()
    cluster.ensure_running()
    cluster.stop()
    assert owners(cluster.folder) == {0}
    code, told = outcome(starter(folder / "var", START_AND_STOP, within=WITHOUT_NAMESPACES))
    assert code == 0, told
    assert 0 not in owners(cluster.folder)
    cluster.ensure_running()
    assert cluster.pid is not None
    assert psutil.Process(cluster.pid).uids().real == cluster.folder.stat().st_uid != 0


def test_where_nothing_works_root_is_told_what_to_do(folder: Path) -> None:
    folder.chmod(0o700)
    code, told = outcome(starter(folder / "var", within=WITHOUT_NAMESPACES))
    assert (code, told) == (
        1,
        "Deskbell can't start PostgreSQL as root here: run it as a normal user, "
        "or set DATABASE_URL.",
    )


def test_a_user_without_a_name_runs_a_desk(folder: Path) -> None:
    os.chown(folder, NAMELESS, NAMELESS)
    code, told = outcome(starter(folder / "var", START_AND_STOP, user=NAMELESS))
    assert code == 0, told
    assert owners(folder) == {NAMELESS}
