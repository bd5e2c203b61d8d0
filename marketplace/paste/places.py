"""Which street or community a text names."""

from collections.abc import Sequence

from marketplace.paste.shapes import Guess, Place

_ENDINGS = ("街道", "社区", "镇", "乡", "村")
_SHORTEST = 2


def find_place(text: str, places: Sequence[Place]) -> Guess | None:
    """The place, or its street where several of one street are named; None where two streets are.

    Full names (滨河街道) count before short ones (滨河): a short form may be an everyday word.
    """
    full = _outermost([(place, place.name) for place in places if place.name in text])
    named = full or _outermost(
        [(p, s) for p in places if (s := _short(p.name)) and len(s) >= _SHORTEST and s in text]
    )
    streets = {place.code if place.level < 5 else place.parent for place in named}
    if len(streets) != 1:
        return None
    one = _closest(named, places, streets.pop())
    return Guess("region", one.code, one.name) if one else None


def _closest(named: list[Place], places: Sequence[Place], street: str) -> Place | None:
    communities = [place for place in named if place.level == 5]
    if len(communities) == 1:
        return communities[0]
    return next((place for place in places if place.code == street), None)


def _short(name: str) -> str:
    ending = next((e for e in _ENDINGS if name.endswith(e)), "")
    return name.removesuffix(ending) if ending else ""


def _outermost(found: list[tuple[Place, str]]) -> list[Place]:
    """Without places whose word is only part of a longer found one, or a street's own namesake."""
    words = {word for _place, word in found}
    kept = [
        (place, word)
        for place, word in found
        if not any(word != other and word in other for other in words)
    ]
    streets = {word for place, word in kept if place.level < 5}
    return [place for place, word in kept if place.level < 5 or word not in streets]
