"""A real IMAP server for tests: Dovecot, with as many mailboxes as wanted, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient

PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
PASSWORD = "a-brass-bell"
NOBODY = 65534
# It looks into the mailboxes each second, for where the machine's inotify is used up by other servers:
# then it would tell of a new mail only after half a minute.
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login {mechanisms}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 500
mailbox_idle_check_interval = 1 s
imap_capability = {capability}
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
default_process_limit = 400
default_client_limit = 1000
first_valid_uid = 1
passdb {{
{passdb}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 1000
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 400
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


@dataclass
class Dovecot:
    """A server that runs; `more` are changed settings of the configuration above."""

    more: dict[str, str] = field(default_factory=dict)
    port: int = 0
    folder: Path = Path()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Dovecot:
        if not self.port:
            with socket.socket() as trial:
                trial.bind(("127.0.0.1", 0))
                self.port = int(trial.getsockname()[1])
            self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
            self.folder.chmod(0o755)
            (self.folder / "mail").mkdir()
            self._configure()
        self.process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, user: str) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        client.login(user, PASSWORD)
        return client

    def deliver(self, user: str, raw: bytes, **more: object) -> None:
        """Lay a mail into the user's inbox; `msg_time` says since when it lies there."""
        client = self.client(user)
        client.append("INBOX", raw, **more)
        client.logout()

    def read_in(self, user: str) -> list[int]:
        """The numbers of what is marked as read."""
        client = self.client(user)
        client.select_folder("INBOX", readonly=True)
        found = client.search("SEEN")
        client.logout()
        return list(found)

    def _configure(self) -> None:
        is_root = os.getuid() == 0
        uid, gid = (NOBODY, NOBODY) if is_root else (os.getuid(), os.getgid())
        if is_root:
            os.chown(self.folder / "mail", uid, gid)
        settings = {
            "folder": str(self.folder),
            "port": str(self.port),
            "uid": str(uid),
            "gid": str(gid),
            "user": _name_of(uid),
            "group": _group_of(gid),
            "ssl": "no",
            "certificate": "",
            "mechanisms": "",
            "capability": "",
            "passdb": f"  driver = static\n  args = password={PASSWORD}",
            **self.more,
        }
        (self.folder / "dovecot.conf").write_text(CONFIGURATION.format(**settings))


def _name_of(uid: int) -> str:
    import pwd  # noqa: PLC0415

    return pwd.getpwuid(uid).pw_name


def _group_of(gid: int) -> str:
    import grp  # noqa: PLC0415

    return grp.getgrgid(gid).gr_name
