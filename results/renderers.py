"""Writing an overview of results in other forms than JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from results.tables import Overview, as_csv, as_markdown


class _TableRenderer(BaseRenderer):
    # How the overview becomes a text.
    written: Callable[[Overview], str]

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, dict) and "metrics" in data:
            return self.written(data).encode()
        # A refusal, or what OPTIONS answers.
        return str(data.get("detail", "") if isinstance(data, dict) else data or "").encode()


class CSVRenderer(_TableRenderer):
    """Tables for spreadsheets."""

    media_type, format, charset = "text/csv", "csv", "utf-8"
    written = staticmethod(as_csv)


class MarkdownRenderer(_TableRenderer):
    """Tables for reports."""

    media_type, format, charset = "text/markdown", "markdown", "utf-8"
    written = staticmethod(as_markdown)
