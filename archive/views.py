"""Downloads: the bytes with a type that no browser runs."""

from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from archive import queries
from archive.gateways import disk
from core.errors import NotFound
from core.views import actor_of


class FileDownload(View):
    """An attachment under its uploaded name; `?show=1` shows an image in place.

    The policy gives the answer no script, no style and an origin of its own, so that whatever the
    bytes are, opening them touches nothing of the site.
    """

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = queries.load_file(str(kwargs["number"]), actor_of(request))
        try:
            content = disk.open_content(file.sha256)
        except FileNotFoundError as error:
            raise NotFound(_("文件找不到了，已经记录，请联系运营方。")) from error
        shown = file.is_image and request.GET.get("show") == "1"
        answer = FileResponse(content, content_type=file.media_type)
        answer["Content-Length"] = str(file.size)
        how = "inline" if shown else "attachment"
        answer["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name)}"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
        answer["Cross-Origin-Resource-Policy"] = "same-origin"
        answer["Cache-Control"] = "private, no-store"
        return answer
