"""The real worker, with a way to the bench's own provider."""

from __future__ import annotations

from bench.scratch import join


def main() -> None:
    join()
    from deskbell.cli.worker import work
    from deskbell.oncall.tests.http_provider import HttpSender
    from deskbell.oncall.ways.remote import REMOTE

    REMOTE["ntfy"] = HttpSender()
    work()


if __name__ == "__main__":
    main()
