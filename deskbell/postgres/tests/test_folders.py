from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deskbell.postgres.cluster import Cluster, PostgresError
from deskbell.postgres.tests.starters import START_AND_STOP, outcome, starter

OpenDesk = Callable[..., Cluster]
NOBODY = 65534


def written_by(cluster: Cluster, major: str, name: str = "") -> Cluster:
    """What a desk looks like, at a first glance, whose data PostgreSQL `major` wrote."""
    folder = cluster.data / (name or cluster.folder.name)
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text(f"{major}\n")
    return cluster


@pytest.mark.parametrize("place", ["/proc/deskbell", "/dev/null/var", "/dev/null"])
def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(
    open_desk: OpenDesk, place: str
) -> None:
    with pytest.raises(
        PostgresError, match=f"can't write to its data folder {place} .*DESKBELL_DA"
    ):
        open_desk(Path(place)).ensure_running()


def test_a_folder_that_became_read_only_is_told_so(root: None, folder: Path) -> None:
    (folder / "var" / "log").mkdir(parents=True)
    os.chown(folder / "var", NOBODY, NOBODY)
    (folder / "var").chmod(0o555)
    code, told = outcome(starter(folder / "var", user=NOBODY))
    assert code == 1
    assert told.startswith(f"Deskbell can't write to its data folder {folder}/var (Permission den")
    assert "that nobody may write to" in told


def test_root_does_not_touch_the_desk_of_a_normal_user(
    root: None, open_desk: OpenDesk, folder: Path
) -> None:
    cluster = written_by(open_desk(), "18")
    os.chown(folder / "var", NOBODY, NOBODY)
    with pytest.raises(PostgresError, match=r"belongs to nobody, and you are root: .* as nobody"):
        cluster.ensure_running()
    assert [path.name for path in cluster.folder.iterdir()] == ["PG_VERSION"]


def test_root_does_not_touch_a_normal_user_s_cluster_in_a_folder_of_its_own(
    root: None, open_desk: OpenDesk
) -> None:
    cluster = written_by(open_desk(), "18")
    os.chown(cluster.folder, 1, 1)
    with pytest.raises(PostgresError, match=r"pg\d+ belongs to daemon, and you are root"):
        cluster.ensure_running()


def test_root_does_not_go_first_in_the_folder_of_a_normal_user(
    root: None, open_desk: OpenDesk, folder: Path
) -> None:
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(PostgresError, match=f"The folder {folder} belongs to nobody"):
        open_desk().ensure_running()
    assert not list(folder.iterdir())


def test_a_normal_user_hears_that_the_desk_is_roots(
    root: None, open_desk: OpenDesk, folder: Path
) -> None:
    written_by(open_desk(), "18")
    code, told = outcome(starter(folder / "var", user=NOBODY))
    assert code == 1
    assert f"The folder {folder}/var" in told
    assert "belongs to root, and you are nobody: run Deskbell as root" in told


def test_a_normal_user_runs_a_desk_without_any_help(root: None, folder: Path) -> None:
    os.chown(folder, NOBODY, NOBODY)
    code, told = outcome(starter(folder / "var", START_AND_STOP, user=NOBODY))
    assert code == 0, told
    assert {path.stat().st_uid for path in folder.rglob("*")} == {NOBODY}


@pytest.mark.parametrize("name", ["pg14", "pg18"])
def test_data_of_another_major_version_is_left_alone(open_desk: OpenDesk, name: str) -> None:
    cluster = open_desk()
    written_by(cluster, "14", name)
    with pytest.raises(PostgresError, match=r"is of PostgreSQL 14, and .*: set DESKBELL_PG_BIN"):
        cluster.ensure_running()
    assert [path.name for path in cluster.data.rglob("*")] == [name, "PG_VERSION"]


def test_something_else_in_the_place_of_the_cluster_is_not_removed(open_desk: OpenDesk) -> None:
    cluster = open_desk()
    cluster.folder.mkdir(parents=True)
    (cluster.folder / "letter.txt").write_text("dear")
    with pytest.raises(PostgresError, match="isn't a PostgreSQL database: move it"):
        cluster.ensure_running()
    assert (cluster.folder / "letter.txt").read_text() == "dear"


def test_an_empty_folder_in_the_place_of_the_cluster_is_used(open_desk: OpenDesk) -> None:
    cluster = open_desk()
    cluster.folder.mkdir(parents=True)
    cluster.ensure_running()
    assert cluster.is_running()


@pytest.mark.parametrize("limit", ["size=20m", "nr_inodes=2"])
def test_a_full_disk_is_told_as_such(root: None, folder: Path, limit: str) -> None:
    mount = f'mount -t tmpfs -o {limit} none {folder} && exec "$@"'
    within = ["unshare", "--mount", "sh", "-c", mount, "sh"]
    code, told = outcome(starter(folder / "var", within=within))
    assert (code, told) == (
        1,
        f"The disk that holds {folder}/var is full: free some space, and start again.",
    )


def test_a_desk_that_was_moved_while_stopped_works_in_its_new_place(
    desk: Cluster, lend: Callable[[Path], Cluster], folder: Path
) -> None:
    desk.ensure_running()
    desk.stop()
    moved = lend(folder / "moved")
    moved.ensure_running()
    assert moved.is_running()
