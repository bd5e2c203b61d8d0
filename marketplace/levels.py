"""Privacy levels and the room their texts have. Pure: validators and models share them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# Characters a title and a text may have.
TITLE_LENGTH = 60
TEXT_LENGTH = 2000


class Level(models.TextChoices):
    """Privacy levels, widest first; a reader reads at exactly one."""

    PUBLIC = "PUBLIC", _("公开：所有人")
    PARTNERS = "PARTNERS", _("伙伴：已核验的单位")
    INTERNAL = "INTERNAL", _("内部：本单位和运营方")
