"""What we tell PostgreSQL: deskbell.conf, rewritten at each start, and who may connect."""

from __future__ import annotations

import os
from pathlib import Path

PORT = 5432
SUPERUSER = "postgres"

# The server listens on a socket in a private folder alone, so whoever reaches it may come in.
ACCESS = "local all all trust\n"

# A desk fits in 512 MB. Planner costs are those of solid disks; jit pays off only in long reports.
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    "log_lock_waits": "on",
}

# For tests alone: a power cut may lose or break the data.
WITHOUT_DURABILITY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def prepare(cluster: Path) -> None:
    """Once, after initdb: let postgresql.conf include ours, and state who may connect."""
    with (cluster / "postgresql.conf").open("a") as main:
        main.write("\ninclude_if_exists 'deskbell.conf'\n")
        main.flush()
        os.fsync(main.fileno())
    with (cluster / "pg_hba.conf").open("w") as access:
        access.write(ACCESS)
        access.flush()
        os.fsync(access.fileno())


def write(cluster: Path, *, sockets: Path, durable: bool) -> None:
    """Before each start. The file is replaced whole, so a crash leaves the old or the new one."""
    settings = {"unix_socket_directories": str(sockets)} | SETTINGS
    if not durable:
        settings |= WITHOUT_DURABILITY
    lines = ["# Deskbell writes this file at each start: your own settings go to postgresql.conf."]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    new = cluster / "deskbell.conf.new"
    new.write_bytes(os.fsencode("\n".join(lines) + "\n"))
    new.chmod(0o600)
    os.chown(new, cluster.stat().st_uid, -1)
    new.replace(cluster / "deskbell.conf")


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
