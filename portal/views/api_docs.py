"""The documentation of the API: an ordinary page drawn from the API's schema."""

from typing import Any

from core.api import BucketThrottle
from core.views import Page
from portal.queries.api_docs import api_groups, api_schema


class ApiDocs(Page):
    template_name = "portal/api_docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").replace("\0", "").strip()[:100]
        site = self.request.build_absolute_uri("/").rstrip("/")
        groups = api_groups(api_schema(), site, words)
        return super().get_context_data(
            groups=groups,
            words=words,
            found=sum(len(group.calls) for group in groups),
            rates=BucketThrottle.rates,
            site=site,
            **kwargs,
        )
