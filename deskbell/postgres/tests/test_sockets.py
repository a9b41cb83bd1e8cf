from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from deskbell.postgres import sockets
from deskbell.postgres.errors import PostgresError

US = os.geteuid()


def test_the_socket_lies_in_the_data_folder_where_its_path_is_short() -> None:
    assert sockets.folder_for(Path("/srv/desk/var")) == Path("/srv/desk/var/run")


@pytest.mark.parametrize("data", ["/srv/" + "a" * 100, "/srv/" + "ä" * 50, "/srv/a,b", '/srv/a"b'])
def test_a_path_that_no_socket_may_have_gets_a_folder_of_its_own(data: str) -> None:
    folder = sockets.folder_for(Path(data))
    assert folder.parent == Path("/tmp")
    assert str(US) in folder.name
    assert folder == sockets.folder_for(Path(data))
    assert folder != sockets.folder_for(Path(data + "x"))


def test_the_longest_path_that_fits_is_used() -> None:
    fits = Path("/" + "a" * (107 - len("//run/.s.PGSQL.5432")))
    assert sockets.folder_for(fits) == fits / "run"
    assert sockets.folder_for(Path(f"{fits}a")).parent == Path("/tmp")


def test_a_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o777)
    sockets.make_private(tmp_path / "run", owner=US)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def test_a_link_or_another_user_s_folder_is_refused(root: None, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)
    for trap in ("link", "theirs"):
        with pytest.raises(PostgresError, match="isn't Deskbell's own: remove it"):
            sockets.make_private(tmp_path / trap, owner=US)
