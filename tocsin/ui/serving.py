"""The built files of the pages, answered whole.

WhiteNoise answers with a file that is read piece by piece; under ASGI Django would read such a file whole and
warn each time. The built files are small, so they are read at once and answered with their length.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # it ships no types
from whitenoise.responders import StaticFile  # type: ignore[import-untyped]  # it ships no types


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # untyped, see above
    """WhiteNoise, with answers that fit both WSGI and ASGI."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """Return a built file with the headers that WhiteNoise chose."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        answer = HttpResponse(content, status=int(found.status))
        del answer["content-type"]
        for name, value in found.headers:
            answer[name] = value
        return answer
