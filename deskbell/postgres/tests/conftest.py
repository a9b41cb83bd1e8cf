"""Desks with servers of their own, and what is installed here."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskbell.postgres.cluster import Cluster

DEBIANS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder with a short path, which other users may pass through."""
    made = Path(tempfile.mkdtemp(prefix="pgroom-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def shared() -> Iterator[Path]:
    """The data folder of a desk that ran once and was stopped; tests borrow it, for it takes time."""
    home = Path(tempfile.mkdtemp(prefix="pgroom-"))
    cluster = Cluster(home / "var", durable=False)
    cluster.ensure_running()
    cluster.stop()
    yield home / "var"
    shutil.rmtree(home)


@pytest.fixture
def open_desk(folder: Path) -> Iterator[Callable[..., Cluster]]:
    """open_desk(data, **options) is a Cluster that is stopped after the test."""
    opened: list[Cluster] = []

    def open_it(data: Path = folder / "var", **options: object) -> Cluster:
        opened.append(Cluster(data, **({"durable": False} | options)))  # type: ignore[arg-type]
        return opened[-1]

    yield open_it
    for cluster in opened:
        cluster.stop("immediate")


@pytest.fixture
def lend(shared: Path, folder: Path) -> Iterator[Callable[[Path], Cluster]]:
    """lend(data) is a desk in that place that has run before. Its files must survive the test."""
    places: list[Path] = []

    def move_to(place: Path) -> Cluster:
        (places[-1] if places else shared).rename(place)
        places.append(place)
        return Cluster(place, durable=False)

    yield move_to
    if places:
        Cluster(places[-1], durable=False).stop("immediate")
        places[-1].rename(shared)


@pytest.fixture
def desk(lend: Callable[[Path], Cluster], folder: Path) -> Cluster:
    """A desk that has run before and is stopped now. Its files must survive the test."""
    return lend(folder / "var")


@pytest.fixture(
    scope="session", params=[None, *DEBIANS], ids=["wheel", *(path.parent.name for path in DEBIANS)]
)
def abroad(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Each PostgreSQL of this machine, first started where a foreign language is spoken."""
    home = Path(tempfile.mkdtemp(prefix="pgroom-"))
    cluster = Cluster(home / "var", binaries=request.param, durable=False)
    with pytest.MonkeyPatch.context() as surroundings:
        for name in ("LANG", "LC_ALL", "LC_COLLATE", "LANGUAGE"):
            surroundings.setenv(name, "xx_YY.UTF-8")
        cluster.ensure_running()
    yield cluster
    cluster.stop("immediate")
    shutil.rmtree(home)


@pytest.fixture
def root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can try this")
