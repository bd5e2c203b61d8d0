"""What the base says about itself."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import options


@dataclass(frozen=True, slots=True)
class Base:
    """Name, operator and ways to reach it; an empty text where staff have not said it yet."""

    name: str
    operator: str
    phone: str
    hours: str
    address: str
    mail: str

    @property
    def dial(self) -> str:
        """The phone number as a telephone dials it."""
        return "".join(c for c in self.phone if c.isdigit() or c == "+")


def base() -> Base:
    """One query for all of it."""
    said = options.values()
    texts = {key: str(said[f"base.{key}"]) for key in Base.__slots__}
    texts["name"] = texts["name"] or _("公益链接")
    return Base(**texts)
