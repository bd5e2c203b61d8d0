"""The API's documentation as plain values, read from the API's own schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator

Schema = Mapping[str, Any]

_REF = "#/components/schemas/"
_METHODS = ("get", "post", "patch", "put", "delete")
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of a body; inner fields are named with a dot."""

    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status a call may be answered with."""

    status: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, takes and gives, and how to try it."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    needs_token: bool
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    gives: tuple[Field, ...]
    answers: tuple[Answer, ...]
    curl: str

    def holds(self, words: str) -> bool:
        """Whether every word stands somewhere in the call."""
        names = " ".join(f.name + f.about for f in (*self.parameters, *self.body, *self.gives))
        text = f"{self.path} {self.summary} {self.description} {names}".casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Group:
    """The calls of one noun."""

    code: str
    label: str
    calls: tuple[Call, ...]


def _label(tag: str) -> str:
    labels = {
        "needs": _("需求"),
        "resources": _("资源"),
        "search": _("搜索"),
        "proposals": _("推荐"),
        "links": _("对接"),
        "codes": _("代码表"),
        "regions": _("地区"),
    }
    return labels.get(tag, tag)


_ORDER = ("search", "needs", "resources", "proposals", "links", "codes", "regions")
_schemas: dict[str, Schema] = {}


def api_schema() -> Schema:
    """The schema in the reader's language; made once a process and language."""
    language = get_language() or ""
    if language not in _schemas:
        _schemas[language] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return _schemas[language]


def api_groups(schema: Schema, site: str, words: str = "") -> list[Group]:
    """The calls that hold all the words, by noun. `site` begins the addresses of the examples."""
    found: dict[str, list[Call]] = {}
    for path, methods in schema["paths"].items():
        for method in _METHODS:
            if method not in methods:
                continue
            call = _call(schema, path, method, methods[method], site)
            if call.holds(words):
                found.setdefault(methods[method]["tags"][0], []).append(call)
    tags = [*(tag for tag in _ORDER if tag in found), *(t for t in found if t not in _ORDER)]
    return [Group(tag, _label(tag), tuple(found[tag])) for tag in tags]


def _call(schema: Schema, path: str, method: str, raw: Schema, site: str) -> Call:
    return Call(
        anchor=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw.get("summary", ""),
        description=raw.get("description", ""),
        needs_token={} not in raw.get("security", [{}]),
        parameters=tuple(_parameters(schema, raw)),
        body=tuple(_fields(schema, _content(raw.get("requestBody", {})))),
        gives=tuple(_fields(schema, _given(raw))),
        answers=tuple(
            Answer(status, answer.get("description", ""))
            for status, answer in sorted(raw["responses"].items())
        ),
        curl=_curl(path, method, raw, site),
    )


def _parameters(schema: Schema, raw: Schema) -> Iterator[Field]:
    order = {"path": 0, "query": 1, "header": 2}
    for one in sorted(raw.get("parameters", []), key=lambda p: order.get(p["in"], 3)):
        about = " ".join(one.get("description", "").split())
        yield Field(one["name"], _kind(schema, one["schema"]), bool(one.get("required")), about)


def _content(part: Schema) -> Schema:
    content: Schema = part.get("content", {}).get("application/json", {}).get("schema", {})
    return content


def _given(raw: Schema) -> Schema:
    best: Schema = next((a for status, a in sorted(raw["responses"].items()) if status < "300"), {})
    return _content(best)


def _resolved(schema: Schema, part: Schema) -> Schema:
    """A part with its reference followed; the words beside the reference win."""
    for key in ("allOf", "oneOf", "anyOf"):
        if key in part:
            first: Schema = next((p for p in part[key] if p.get("type") != "null"), {})
            return {**_resolved(schema, first), **{k: v for k, v in part.items() if k != key}}
    if "$ref" in part:
        target = schema["components"]["schemas"][part["$ref"].removeprefix(_REF)]
        return {**_resolved(schema, target), **{k: v for k, v in part.items() if k != "$ref"}}
    return part


def _fields(schema: Schema, part: Schema, before: str = "", depth: int = 0) -> Iterator[Field]:
    whole = _resolved(schema, part)
    required = set(whole.get("required", ()))
    for name, raw in whole.get("properties", {}).items():
        inner = _resolved(schema, raw)
        about = " ".join(inner.get("description", "").split())
        yield Field(before + name, _kind(schema, raw), name in required, about)
        items = _resolved(schema, inner.get("items", {}))
        below = items if items.get("properties") else inner
        if depth < _DEEPEST and below.get("properties"):
            yield from _fields(schema, below, f"{before}{name}.", depth + 1)


def _kind(schema: Schema, part: Schema) -> str:
    """The type in words: 文字, 整数, …, with what may stand there, and whether null may."""
    kind = _word(schema, part)
    return _("%(kind)s，或 null") % {"kind": kind} if _may_be_null(schema, part) else kind


def _may_be_null(schema: Schema, part: Schema) -> bool:
    if "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].removeprefix(_REF)]
    either = (*part.get("oneOf", ()), *part.get("anyOf", ()))
    return "null" in _types(part) or any(_may_be_null(schema, one) for one in either)


def _may_be_blank(schema: Schema, part: Schema) -> bool:
    """Whether one of the ways to fill it is the empty text."""
    either = (*part.get("oneOf", ()), *part.get("anyOf", ()))
    return any("" in _resolved(schema, one).get("enum", ()) for one in either)


def _types(part: Schema) -> tuple[str, ...]:
    kinds = part.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _word(schema: Schema, part: Schema) -> str:
    whole = _resolved(schema, part)
    kinds = whole.get("type", "")
    kind = kinds if isinstance(kinds, str) else next((k for k in kinds if k != "null"), "")
    if kind == "array":
        return _("列表：%(kind)s") % {"kind": _kind(schema, whole.get("items", {}))}
    choices = [str(value) for value in whole.get("enum", ()) if value not in (None, "")]
    if choices:
        empty = ' ""' if "" in whole["enum"] or _may_be_blank(schema, part) else ""
        return _("%(list)s 之一") % {"list": " ".join(choices) + empty}
    formats = {
        "date": _('日期，如 "2026-12-01"'),
        "date-time": _('时间，如 "2026-12-01T08:00:00+08:00"'),
        "decimal": _('写成文字的数，如 "30.00"'),
    }
    if whole.get("format") in formats:
        return formats[whole["format"]]
    words = {
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数字"),
        "boolean": _("true 或 false"),
        "object": _("对象"),
    }
    return words.get(kind, kind)


def _curl(path: str, method: str, raw: Schema, site: str) -> str:
    """A command that can be copied; numbers stand for one's own."""
    number = {"needs": "XQ26-000001", "resources": "ZY26-000001"}.get(raw["tags"][0], "DJ26-000001")
    address = site + path.replace("{number}", number)
    if method == "get":
        query = " --data-urlencode 'q=助餐'" if raw["operationId"] == "search" else ""
        return f"curl -G '{address}'{query}"
    lines = [f"curl -X {method.upper()} '{address}'", "-H 'Authorization: Bearer gyl_…'"]
    lines.append("-H 'Content-Type: application/json'")
    if method == "post":
        lines.append("-H 'Idempotency-Key: 2026-11-25-001'")
    examples = raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    for example in examples.get("examples", {}).values():
        body = json.dumps(example["value"], ensure_ascii=False)
        lines.append(f"-d '{body}'")
        break
    return " \\\n  ".join(lines)
