"""What Lighthouse says of the pages that customers see, on a phone as it imagines one.

    npm install --prefix /tmp/lighthouse lighthouse
    .venv/bin/python -m bench.help.lighthouse --desk http://127.0.0.1:8000 [--npm /tmp/lighthouse]

The desk runs already, with its demo articles (`bin/run --demo`). The browser is the Chromium of this machine.
Exits with 1 if a page has less than 98 of 100 in performance, accessibility, best practices or SEO.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PAGES = (
    "/help",
    "/help/articles/1",
    "/help/search?q=black+screen",
    "/help/promise",
    "/help/es/promise",
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ENOUGH = 98
TRIES = 3  # on a machine that is busy a trace gets lost now and then


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", default="http://127.0.0.1:8000")
    parser.add_argument("--npm", type=Path, default=Path("/tmp/lighthouse"))
    asked = parser.parse_args()
    program = asked.npm / "node_modules" / ".bin" / "lighthouse"
    print(f"| page | {' | '.join(CATEGORIES)} |\n|---|{'---|' * len(CATEGORIES)}")
    enough = True
    for page in PAGES:
        found = judged(program, asked.desk + page)
        scores = [round((found["categories"][each]["score"] or 0) * 100) for each in CATEGORIES]
        print(f"| {page} | {' | '.join(map(str, scores))} |")
        for fault in faults(found):
            print(f"    {fault}", file=sys.stderr)
        enough = enough and min(scores) >= ENOUGH
    sys.exit(0 if enough else 1)


def judged(program: Path, address: str) -> dict[str, Any]:
    """Lighthouse's report on a page. Ends the bench if it cannot make one."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    command = [
        *(str(program), address, "--quiet", "--output=json"),
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    for _ in range(TRIES):
        done = subprocess.run(
            command, env={**os.environ, "CHROME_PATH": browser}, capture_output=True, check=False
        )
        report: dict[str, Any] = json.loads(done.stdout or "{}")
        if report and "runtimeError" not in report:
            return report
    raise SystemExit(f"Lighthouse made no report on {address}: {done.stderr.decode()[-500:]}")


def faults(report: dict[str, Any]) -> list[str]:
    """What counted and was not whole, in a line each."""
    counted = {
        ref["id"]
        for each in CATEGORIES
        for ref in report["categories"][each]["auditRefs"]
        if ref["weight"]
    }
    return [
        f"{audit['id']}: {audit['title']} {audit.get('displayValue', '')}"
        for audit in report["audits"].values()
        if audit["id"] in counted and audit["score"] is not None and audit["score"] < 0.9
    ]


if __name__ == "__main__":
    main()
