"""API tokens of organizations, and what each may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organization import Organization
from accounts.models.user import User
from core.models import Numbered


class ApiScope(models.TextChoices):
    NEEDS_WRITE = "needs:write", _("发布和修改需求")
    RESOURCES_WRITE = "resources:write", _("发布和修改资源")
    PROPOSALS_READ = "proposals:read", _("查看推荐")
    PROPOSALS_DECIDE = "proposals:decide", _("答复推荐")
    LINKS_READ = "links:read", _("查看对接")
    LINKS_WRITE = "links:write", _("登记交付和确认")
    SEARCH_READ = "search:read", _("以本单位的身份搜索")


class ApiToken(Numbered):
    """A token of an organization for the API: shown once, kept as a hash, revocable.

    `prefix` is its visible beginning, by which people tell tokens apart.
    """

    KIND = "token"
    PREFIX = "LP"
    PERSONAL_FIELDS = frozenset({"token_hash"})
    LOGGED_FIELDS = frozenset({"prefix", "scopes"})

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(_("用途"), max_length=60)
    prefix = models.CharField(max_length=8)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @property
    def scope_labels(self) -> list[str]:
        return [str(ApiScope(scope).label) for scope in self.scopes]
