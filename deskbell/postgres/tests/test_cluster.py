from __future__ import annotations

import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from deskbell.postgres.cluster import Cluster, PostgresError
from deskbell.postgres.programs import clean_environment
from deskbell.postgres.tests.starters import START_AND_STAY, outcome, starter

OpenDesk = Callable[..., Cluster]
Lend = Callable[[Path], Cluster]


def ask(cluster: Cluster, question: str, database: str = "deskbell") -> object:
    with psycopg.connect(cluster.dsn(database)) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_the_first_start_makes_a_database_and_the_second_attaches(abroad: Cluster) -> None:
    second = Cluster(abroad.data, binaries=abroad.binaries.folder, durable=False)
    second.ensure_running()
    assert second.pid == abroad.pid is not None
    assert ask(second, "select current_database()") == "deskbell"
    assert str(ask(second, "show server_version")).split()[0] == second.version
    assert second.folder.name == f"pg{second.version.split('.')[0]}"


def test_letters_sort_and_fold_alike_whatever_the_language_of_the_machine(abroad: Cluster) -> None:
    assert ask(abroad, "show server_encoding") == "UTF8"
    assert ask(abroad, "select lower('Ä')") == "ä"
    in_order = ask(abroad, "select string_agg(x, '' order by x) from unnest('{b,a,C,ä}'::text[]) x")
    assert in_order == "Cabä"


def test_a_killed_server_of_any_version_comes_back(abroad: Cluster) -> None:
    assert abroad.pid is not None
    os.kill(abroad.pid, signal.SIGKILL)
    abroad.ensure_running()
    assert ask(abroad, "select 1") == 1


def test_variables_of_another_postgresql_neither_move_the_server_nor_its_clients(
    desk: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = {
        "PGHOST": "192.0.2.1",
        "PGPORT": "6543",
        "PGUSER": "somebody",
        "PGDATABASE": "other",
        "PGDATA": "/nowhere",
        "PGPASSWORD": "wrong",
        "PGSSLMODE": "verify-full",
    }
    for name, value in (elsewhere | {"LC_ALL": "C", "LANG": "C"}).items():
        monkeypatch.setenv(name, value)
    desk.ensure_running()
    assert (desk.sockets / ".s.PGSQL.5432").is_socket()
    assert ask(desk, "select current_user || '@' || current_database()") == "postgres@deskbell"
    assert not {*elsewhere, "LC_ALL", "LANG"} & set(clean_environment())


def test_our_settings_take_effect_at_each_start(desk: Cluster) -> None:
    desk.ensure_running()
    wanted = {
        "max_connections": "200",
        "shared_buffers": "128MB",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "jit": "off",
        "TimeZone": "UTC",
        "listen_addresses": "",
        "data_checksums": "on",
        "fsync": "off",
    }
    assert {name: ask(desk, f"show {name}") for name in wanted} == wanted


def test_a_desk_that_is_not_for_tests_is_durable(open_desk: OpenDesk, desk: Cluster) -> None:
    durable = open_desk(durable=True)
    durable.ensure_running()
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(durable, f"show {name}") == "on"


def test_django_reads_the_address_as_psycopg_does(open_desk: OpenDesk, folder: Path) -> None:
    parsed = dj_database_url.parse(open_desk(folder / "a b%ä").dsn())
    assert parsed["HOST"] == str(folder / "a b%ä" / "run")
    assert (parsed["PORT"], parsed["USER"], parsed["NAME"]) == (5432, "postgres", "deskbell")


def test_a_folder_with_spaces_quotes_and_signs_in_its_name_works(lend: Lend, folder: Path) -> None:
    cluster = lend(folder / 'it\'s a "b" 50%, \\ä')
    cluster.ensure_running()
    assert ask(cluster, "select 1") == 1
    cluster.stop()
    cluster.sockets.rmdir()


def test_a_path_too_long_for_a_socket_works_in_a_private_folder(lend: Lend, folder: Path) -> None:
    cluster = lend(folder / ("long" * 25))
    cluster.ensure_running()
    assert ask(cluster, "select 1") == 1
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    cluster.stop()
    cluster.sockets.rmdir()


def test_nobody_else_reaches_the_socket(desk: Cluster) -> None:
    before = os.umask(0)
    try:
        desk.ensure_running()
    finally:
        os.umask(before)
    assert stat.S_IMODE(desk.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((desk.sockets / ".s.PGSQL.5432").stat().st_mode) == 0o700
    assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(desk.log.stat().st_mode) == 0o600


def test_two_desks_run_at_once_and_know_nothing_of_each_other(
    open_desk: OpenDesk, folder: Path, desk: Cluster
) -> None:
    other = open_desk(folder / "other")
    desk.ensure_running()
    other.ensure_running()
    desk.create_database("mine")
    assert ask(other, "select count(*) from pg_database where datname = 'mine'") == 0
    desk.stop()
    assert other.is_running()


def test_six_starters_at_once_agree_on_one_server(folder: Path, open_desk: OpenDesk) -> None:
    starters = [starter(folder / "var") for _ in range(6)]
    told = [outcome(process) for process in starters]
    assert told == [(0, str(open_desk().pid))] * 6


def test_the_server_outlives_its_starter_and_ctrl_c_and_the_next_one_attaches(
    folder: Path, desk: Cluster
) -> None:
    first = starter(folder / "var", START_AND_STAY)
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    os.killpg(first.pid, signal.SIGINT)
    outcome(first)
    code, told = outcome(starter(folder / "var"))
    assert (code, told) == (0, str(pid))
    assert desk.pid == pid


def test_a_stopped_server_is_gone_at_once_and_stopping_again_does_nothing(desk: Cluster) -> None:
    desk.ensure_running()
    pid = desk.pid
    with psycopg.connect(desk.dsn()):
        desk.stop()
    assert not desk.is_running()
    assert desk.pid is None
    assert not Path(f"/proc/{pid}").exists()
    desk.stop()


def test_a_desk_that_never_ran_is_not_running_and_can_be_stopped(open_desk: OpenDesk) -> None:
    cluster = open_desk()
    assert not cluster.is_running()
    cluster.stop()
    assert not cluster.data.exists()


def test_asking_whether_it_runs_is_cheap_enough_to_ask_all_the_time(desk: Cluster) -> None:
    desk.ensure_running()
    began = time.process_time()
    for _ in range(100):
        assert desk.is_running()
    assert time.process_time() - began < 0.2


def test_databases_come_and_go_also_while_somebody_is_connected(desk: Cluster) -> None:
    desk.ensure_running()
    desk.create_database('odd "name"')
    desk.create_database('odd "name"')
    with psycopg.connect(desk.dsn('odd "name"')):
        desk.drop_database('odd "name"')
    desk.drop_database('odd "name"')
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(desk.dsn('odd "name"'))


def test_a_dropped_database_is_made_again(desk: Cluster) -> None:
    desk.ensure_running()
    desk.drop_database("deskbell")
    desk.ensure_running()
    assert ask(desk, "select 1") == 1


def test_a_start_that_fails_quotes_what_postgresql_says(desk: Cluster) -> None:
    settings = desk.folder / "postgresql.auto.conf"
    sound = settings.read_text()
    settings.write_text("shared_buffers = 'plenty'\n")
    with pytest.raises(PostgresError, match=r"didn't start in .*: FATAL: .*auto.conf"):
        desk.ensure_running()
    settings.write_text(sound)
    desk.ensure_running()


def test_a_large_log_is_put_aside_and_the_server_goes_on_writing(desk: Cluster) -> None:
    desk.ensure_running()
    with desk.log.open("ab") as log:
        log.truncate(21_000_000)
    desk.trim_log()
    with pytest.raises(psycopg.Error):
        ask(desk, "select nonsense")
    assert 0 < desk.log.stat().st_size < 10_000
    assert desk.log.with_name("postgres.log.1").stat().st_size == 21_000_000
