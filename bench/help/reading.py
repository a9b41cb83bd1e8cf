"""Articles, search and suggestions among many articles in two languages.

    .venv/bin/python -m bench.help.reading [--articles 10000] [--times 200] [--json]

The articles are made of a vocabulary of school words with the frequencies of natural language, and stand in a
real PostgreSQL. Each request goes through Django's whole stack in this process, without a network: what is
measured is what the desk does for it. Half of the questions are typed wrong or half. Beside the time by the
clock stands the time on a processor, of this process and of the server's that answers it: it is the same on a
machine that has other things to do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.scratch import scratch_desk

VOCABULARY = 20_000
WORDS_AN_ARTICLE = 250
USUAL = (
    "password printer roster student teacher chromebook screen sound class session login network file "
    "license invoice school camera microphone browser update account folder video test drive"
).split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with scratch_desk():
        found = measure(asked.articles, asked.times)
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['articles']:,} articles in two languages, {asked.times} requests each\n")
    print(
        "| what | p50 ms | p99 ms | p50 ms of processor | p99 ms of processor |\n|---|---|---|---|---|"
    )
    for name, figures in found["milliseconds"].items():
        print(f"| {name} | {' | '.join(f'{each:.1f}' for each in figures)} |")


def measure(articles: int, times: int) -> dict[str, Any]:
    """Milliseconds by what was asked, by the clock and on a processor, of each the middle and the 99th of a
    hundred; `empty` counts answers that have no article."""
    from django.conf import settings
    from django.test import Client

    from deskbell.helpcenter import limits

    settings.ALLOWED_HOSTS = ["*"]
    limits._counts = limits.Counts(10**9, 10)
    chance = random.Random(7)
    keys, words = fill(articles, chance)
    client, empty = Client(), 0

    def suggestions(text: str) -> None:
        nonlocal empty
        empty += not client.get("/help/suggestions.json", {"q": text}).json()["articles"]

    def open_page(path: str) -> None:
        assert client.get(path, follow=True).status_code == 200, path

    asked: dict[str, tuple[Callable[[str], None], Callable[[], str]]] = {
        "article": (open_page, lambda: f"/help/articles/{chance.choice(keys)}"),
        "search page": (open_page, lambda: f"/help/search?q={question(chance, words)}"),
        "suggestions": (suggestions, lambda: question(chance, words)),
        "half typed": (suggestions, lambda: half(question(chance, words))),
        "typed wrong": (suggestions, lambda: wrong(question(chance, words), chance)),
        "front page": (open_page, lambda: "/help"),
    }
    measured = {name: timed(do, make, times) for name, (do, make) in asked.items()}
    return {"articles": articles, "milliseconds": measured, "empty": empty}


def timed(do: Callable[[str], None], make: Callable[[], str], times: int) -> list[float]:
    """Milliseconds: the middle and the 99th of a hundred by the clock, then both on a processor."""
    do(make())
    by_clock, on_processor = [], []
    for _ in range(times):
        what = make()
        began, worked = time.perf_counter(), processor_seconds()
        do(what)
        by_clock.append((time.perf_counter() - began) * 1000)
        on_processor.append((processor_seconds() - worked) * 1000)
    return [
        sorted(took)[min(times - 1, int(times * share))]
        for took in (by_clock, on_processor)
        for share in (0.5, 0.99)
    ]


def processor_seconds() -> float:
    """How long this process, and the server's process that answers it, have been on a processor."""
    from django.db import connection

    server = connection.connection.info.backend_pid
    nanoseconds = int(Path(f"/proc/{server}/schedstat").read_text().split()[0])
    return time.process_time() + nanoseconds / 1e9


def fill(articles: int, chance: random.Random) -> tuple[list[int], list[str]]:
    """So many articles in both languages, as publishing leaves them; their keys, and the vocabulary."""
    from django.db import connection

    from deskbell.helpcenter.indexing import learn
    from deskbell.helpcenter.models import Article, Collection, Edition, Revision, Section
    from deskbell.lib import clock

    letters = "abcdefghijklmnoprstuvz"
    rare = ["".join(chance.choices(letters, k=chance.randint(4, 11))) for _ in range(VOCABULARY)]
    words = [*USUAL, *rare]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    collections = [
        Collection.objects.create(titles={"en": f"Shelf {n}"}, place=n) for n in range(8)
    ]
    sections = [
        Section.objects.create(collection=each, titles={"en": f"Part {n}"}, place=n)
        for each in collections
        for n in range(6)
    ]
    kept = Article.objects.bulk_create(
        [Article(section=chance.choice(sections), place=n) for n in range(articles)]
    )
    now = clock.now()
    for start in range(0, articles, 1000):
        batch = []
        for article in kept[start : start + 1000]:
            for language in ("en", "es"):
                text = chance.choices(words, weights, k=WORDS_AN_ARTICLE)
                batch.append(
                    Edition(
                        article=article,
                        language=language,
                        title=" ".join(text[:6]).capitalize(),
                        summary=" ".join(text[6:16]),
                        words=" ".join(text),
                        html=f"<p>{' '.join(text)}</p>",
                        published_at=now,
                        first_published_at=now,
                    )
                )
        made = Edition.objects.bulk_create(batch)
        Revision.objects.bulk_create(
            Revision(edition=each, number=1, title=each.title, body=each.words) for each in made
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE helpcenter_edition AS e SET published_id = r.id, search = "
            "setweight(to_tsvector(c.name::regconfig, e.title), 'A') || "
            "setweight(to_tsvector('simple', e.title), 'A') || "
            "setweight(to_tsvector(c.name::regconfig, e.summary), 'B') || "
            "setweight(to_tsvector(c.name::regconfig, e.words), 'C') "
            "FROM helpcenter_revision AS r, (VALUES ('en', 'english'), ('es', 'spanish')) AS c (code, name) "
            "WHERE r.edition_id = e.id AND c.code = e.language"
        )
        for language in ("en", "es"):
            learn(language, words)
        cursor.execute("ANALYZE")
    return [each.pk for each in kept], words


def question(chance: random.Random, words: list[str]) -> str:
    """Two words that people ask for, one of them rarer."""
    return f"{chance.choice(USUAL)} {words[min(len(words) - 1, int(chance.expovariate(1 / 200)))]}"


def half(text: str) -> str:
    """As it is while someone types."""
    return text[: max(4, len(text) - 2)]


def wrong(text: str, chance: random.Random) -> str:
    """With two letters of its first word swapped."""
    at = chance.randint(1, 3)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


if __name__ == "__main__":
    main()
