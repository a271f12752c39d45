"""Writing an overview of results in other forms than JSON."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from results.tables import as_csv, as_markdown


class _TableRenderer(BaseRenderer):
    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.status_code >= 400:
            return str(data.get("detail", "") if isinstance(data, dict) else data).encode()
        return self.written(data or {}).encode()

    def written(self, overview: Mapping[str, Any]) -> str:
        raise NotImplementedError


class CSVRenderer(_TableRenderer):
    """Tables for spreadsheets."""

    media_type, format, charset = "text/csv", "csv", "utf-8"

    def written(self, overview: Mapping[str, Any]) -> str:
        return as_csv(overview)


class MarkdownRenderer(_TableRenderer):
    """Tables for reports."""

    media_type, format, charset = "text/markdown", "markdown", "utf-8"

    def written(self, overview: Mapping[str, Any]) -> str:
        return as_markdown(overview)
