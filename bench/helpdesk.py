"""django-helpdesk beside the desk: in a scratch environment of its own, set up as its documentation says.

Here `run` starts a script of `bench/` in that environment, where nothing of the desk is; there the script
begins with `set_up`. It is its list of addresses too, once Django is ready for one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRATCH = Path(tempfile.gettempdir()) / "deskbell-bench-helpdesk"
DATABASE = "helpdesk"


def run(url: str, script: str, *arguments: str) -> dict[str, Any]:
    """Make its database on the server at `url`, and let `script`, a module, do its work there; what it has
    told as JSON."""
    sql(url, f"CREATE DATABASE {DATABASE}")
    command = [str(_python()), "-m", script, host_of(url), *arguments]
    told: dict[str, Any] = json.loads(output_of(command).splitlines()[-1])
    return told


def _python() -> Path:
    python = SCRATCH / "venv" / "bin" / "python"
    if not python.exists():
        uv, wanted = str(Path(sys.executable).with_name("uv")), str(ROOT / "bench/helpdesk.txt")
        output_of([uv, "venv", "-q", str(SCRATCH / "venv"), "--python", sys.executable])
        install = [uv, "pip", "install", "-q", "--system-certs", "--python", str(python)]
        output_of([*install, "-r", wanted])
    return python


def output_of(command: list[str]) -> str:
    """What a command prints, run without what makes this desk the desk. Ends the bench if it fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "DESKBELL", "DJANGO"))}
    done = subprocess.run(
        command, capture_output=True, text=True, env=kept, cwd=ROOT, timeout=900, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def host_of(url: str) -> str:
    """The folder of the socket, or the name, of this server."""
    import psycopg.conninfo

    return str(psycopg.conninfo.conninfo_to_dict(url)["host"])


def sql(url: str, statement: str) -> None:
    """Do this outside a transaction."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def set_up(host: str) -> None:
    """Load Django with django-helpdesk on this server, and make its tables. Mails that it sends go to
    Django's dummy backend, which costs it nothing."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    apps = "admin auth contenttypes sessions sites humanize messages staticfiles"
    processors = ["django.template.context_processors.request"]
    processors += [f"django.contrib.{each}" for each in AUTH_AND_MESSAGES]
    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        SITE_ID=1,
        ALLOWED_HOSTS=["*"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": host,
                "NAME": DATABASE,
                "USER": "postgres",
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in apps.split()),
            "rest_framework",
            "helpdesk",
        ],
        MIDDLEWARE=[f"django.contrib.{each}" for each in MIDDLEWARE],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        MEDIA_ROOT=str(SCRATCH / "media"),
        ROOT_URLCONF="bench.helpdesk",
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": processors},
            }
        ],
        HELPDESK_TEAMS_MODE_ENABLED=False,
    )
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


AUTH_AND_MESSAGES = ("auth.context_processors.auth", "messages.context_processors.messages")
MIDDLEWARE = (
    "sessions.middleware.SessionMiddleware",
    "auth.middleware.AuthenticationMiddleware",
    "messages.middleware.MessageMiddleware",
)


def __getattr__(name: str) -> object:
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.contrib import admin
    from django.urls import include, path

    return [
        path("", include("helpdesk.urls", namespace="helpdesk")),
        path("admin/", admin.site.urls),
    ]
