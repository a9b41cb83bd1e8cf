"""Stands in for `pictures/child.py`: says what it was told by its environment, and reads nothing."""

import os
import sys

sys.stdout.write(repr(dict(os.environ)))
