"""Privacy levels and lengths of texts. Pure, so that validators and models share them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Privacy levels, widest first; a reader reads at exactly one."""

    PUBLIC = "PUBLIC", _("公开：所有人")
    PARTNERS = "PARTNERS", _("伙伴：已核验的单位")
    INTERNAL = "INTERNAL", _("内部：本单位和运营方")


# How long a title and each of its texts may be, in characters.
TITLE_LENGTH = 60
TEXT_LENGTH = 2000
