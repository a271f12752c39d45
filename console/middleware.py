"""Static files as whitenoise serves them, and the console's below a name that changes with them."""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware

from console.assets import FOLDER, address


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # it has no types
    """Serves static files; browsers may keep the console's for ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_files(str(FOLDER), prefix=f"{address()}/")

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Tell whether what is served at the URL will never change."""
        return url.startswith(f"{address()}/")
