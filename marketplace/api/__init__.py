from marketplace.api.entries import (
    NeedDetail,
    NeedList,
    NeedWithdraw,
    ResourceDetail,
    ResourceList,
    ResourceWithdraw,
)

__all__ = [
    "NeedDetail",
    "NeedList",
    "NeedWithdraw",
    "ResourceDetail",
    "ResourceList",
    "ResourceWithdraw",
]
