"""The API's URL map: each app brings its views, the roof says where they hang.

Every address answers with and without its last slash: a client that follows no redirect, or
loses its body on one, is answered all the same. The one with the slash is the documented one.
"""

from collections.abc import Iterator

from django.urls import URLPattern, path
from django.views import View
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.schema import SchemaDownload
from marketplace import api as market
from matching import api as matching
from portal import api as portal
from search import api as search


class Nowhere(APIView):
    """An address that the API does not have, answered in the API's own form."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str = "") -> Response:
        raise NotFound

    post = put = patch = delete = get


_VIEWS: dict[str, type[View]] = {
    "needs": market.NeedList,
    "needs/<str:number>": market.NeedDetail,
    "needs/<str:number>/withdraw": market.NeedWithdraw,
    "resources": market.ResourceList,
    "resources/<str:number>": market.ResourceDetail,
    "resources/<str:number>/withdraw": market.ResourceWithdraw,
    "search": search.Search,
    "proposals": matching.ProposalList,
    "proposals/<str:number>": matching.ProposalDetail,
    "proposals/<str:number>/accept": matching.ProposalAccept,
    "proposals/<str:number>/decline": matching.ProposalDecline,
    "links": matching.LinkList,
    "links/<str:number>": matching.LinkDetail,
    "links/<str:number>/deliveries": matching.LinkDeliveries,
    "links/<str:number>/confirm": matching.LinkConfirm,
    "codes": portal.Codes,
    "regions": portal.Regions,
    "schema": SchemaDownload,
}


def _paths() -> Iterator[URLPattern]:
    for address, view in _VIEWS.items():
        shown = view.as_view()
        name = f"api-{address}" if address.isalpha() else None
        yield path(f"{address}/", shown, name=name)
        yield path(address, shown)
    yield path("<path:rest>", Nowhere.as_view())
    yield path("", Nowhere.as_view())


urlpatterns = list(_paths())
