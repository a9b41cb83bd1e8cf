"""Reads a million mails that nobody would write: no crash, no second for one, nothing that acts, no line
lost.

    .venv/bin/python bench/mail/fuzz.py --count 1000000 --seed 7

Each mail has a seed of its own, `seed + its number`, which is printed when one fails; `--count 1` with that
seed does it again. Two processes take about an hour and a half for a million.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
import traceback
from functools import partial

from deskbell.mail.tests.fuzzing import check, corpus, mutated


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.count} mails", flush=True)
    began, failed = time.perf_counter(), 0
    seeds = range(asked.seed, asked.seed + asked.count)
    with multiprocessing.Pool(asked.processes) as pool:
        for done, wrong in enumerate(pool.imap_unordered(partial(fails, corpus()), seeds, 500), 1):
            if wrong:
                failed += 1
                print(wrong, flush=True)
            if done % 50_000 == 0:
                print(
                    f"{done} mails, {done / (time.perf_counter() - began):.0f} a second", flush=True
                )
    print(f"{asked.count} mails, {failed} of them failed, {time.perf_counter() - began:.0f} s")
    return 1 if failed else 0


def fails(mails: list[bytes], seed: int) -> str:
    """What is wrong with the mail of this seed, or an empty string."""
    raw = mutated(mails, random.Random(seed))
    try:
        check(raw)
    except Exception:  # noqa: BLE001 - whatever it is, it is the result
        return f"seed {seed}: {traceback.format_exc(limit=-4)}\n{raw!r}\n"
    return ""


if __name__ == "__main__":
    sys.exit(main())
