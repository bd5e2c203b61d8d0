"""Downloads, as bytes with a type that no browser runs; taking a file out of sight."""

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import View

from archive import operations, permissions, queries
from archive.forms import WithdrawForm
from archive.gateways import disk
from core.errors import NotFound
from core.views import FormPage, SignedIn, actor_of, safe_next, say


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


class WithdrawFile(SignedIn, FormPage):
    """Ask for the reason, then go back to the page (`next`) that showed the file."""

    form_class = WithdrawForm
    template_name = "archive/withdraw.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = queries.load_file(str(self.kwargs["number"]), self.actor)
        permissions.can_withdraw(self.actor, file).require()
        return super().get_context_data(file=file, back_url=safe_next(self.request, "/"), **kwargs)

    def perform(self, form: forms.Form) -> str:
        file = queries.load_file(str(self.kwargs["number"]), self.actor)
        reason = form.cleaned_data["reason"]
        operations.withdraw(file=file, reason=reason, by=self.actor, at=self.at)
        say(self.request, _("已撤下“%(name)s”。") % {"name": file.name})
        return safe_next(self.request, "/")
