"""One set of views for both sides: `as_view(side="need")` or `as_view(side="resource")`."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.permissions import Actor
from core.views import actor_of
from marketplace.models import Need, ResourceOffer
from marketplace.queries import model_of

SECTIONS = {"need": "needs", "resource": "resources"}


class SideView(View):
    """Knows its side: the model, the words and the addresses that go with it."""

    side = "need"

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def model(self) -> type[Need] | type[ResourceOffer]:
        return model_of(self.side)

    @property
    def noun(self) -> str:
        return _("需求") if self.side == "need" else _("资源")

    @property
    def list_label(self) -> str:
        return _("我的需求") if self.side == "need" else _("我的资源")

    @property
    def list_url(self) -> str:
        return reverse(f"marketplace:{self.side}-mine")

    def url(self, page: str, number: str = "") -> str:
        return reverse(f"marketplace:{self.side}-{page}", args=[number] if number else [])
