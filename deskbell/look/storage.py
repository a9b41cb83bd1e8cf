"""Where static files lie: under names that change with their content, also for ES modules' imports."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)


class Static(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Without this a module would import its neighbor under two names, and run it twice."""

    support_js_module_import_aggregation = True
