"""What a browser would send of a form, read from its page with the standard library alone."""

from html.parser import HTMLParser

Fields = dict[str, str]
_UNSENT = frozenset({"submit", "button", "file", "image", "reset"})


class _Forms(HTMLParser):
    """Each form of a page as its fields. Of fields that may repeat the last one is kept: enough
    for forms whose repeated fields are left empty."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Fields] = []
        self._fields: Fields | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            self.forms.append(self._fields)
        elif self._fields is None or "disabled" in told:
            return
        elif tag == "input":
            self._input(self._fields, told)
        elif tag == "textarea":
            self._textarea = told.get("name", "")
            self._fields[self._textarea] = ""
        elif tag == "select":
            self._select = told.get("name", "")
        elif tag == "option" and self._select:
            first = self._select not in self._fields
            value = told.get("value", "")
            self._fields[self._select] = (
                value if first or "selected" in told else self._fields[self._select]
            )

    def _input(self, fields: Fields, told: dict[str, str]) -> None:
        kind, name = told.get("type", "text"), told.get("name", "")
        chosen = kind not in ("radio", "checkbox") or "checked" in told
        if name and chosen and kind not in _UNSENT:
            fields[name] = told.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self._textarea and self._fields is not None:
            self._fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""


def fields_of(page: str, *, holding: str) -> Fields:
    """The fields of the form that has one named `holding`; LookupError where there is none."""
    reader = _Forms()
    reader.feed(page)
    for fields in reader.forms:
        if holding in fields:
            return fields
    raise LookupError(f"no form of the page has a field {holding}")
