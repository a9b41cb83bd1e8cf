"""Where the tests that try anything at random take their seed from.

It is the same in every run, so that a change is judged by what it changed. To look further than
the last run did, `TEST_SEED=random bin/test`; a test that fails says its seed, and
`TEST_SEED=<that>` shows the failure again.
"""

from __future__ import annotations

import os
import random

_asked = os.environ.get("TEST_SEED", "1")
SEED = random.randrange(10**6) if _asked == "random" else int(_asked)
