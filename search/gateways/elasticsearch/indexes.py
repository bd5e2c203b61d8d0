"""The indexes on the server: one per level, each behind an alias; building anew beside them.

The alias `<prefix>-<level>` names the index that serves. While all is written again, the alias
`<prefix>-<level>-next` names the one that is being filled, and every write goes to both. An index
serves only after it was filled and checked: an alias is proof that its index is whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from elasticsearch import Elasticsearch

from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.documents import mapping, schema, settings
from search.gateways.elasticsearch.trouble import (
    CLOSED,
    FULL,
    INCOMPLETE,
    OTHER_VERSION,
    REBUILD,
    RED,
    Away,
)
from search.gateways.shapes import LEVELS

NEXT = "-next"
_FLOOD = "index.blocks.read_only_allow_delete"
"""What the server itself sets when its disk is nearly full."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The indexes behind the aliases, by level: what serves, and what is being filled."""

    serving: dict[str, str]
    building: dict[str, str]
    schemas: dict[str, str]

    def of_another_version(self, names: Iterable[str]) -> list[str]:
        return sorted(name for name in names if self.schemas.get(name) != schema())


class Indexes:
    """The indexes of one prefix."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._address = connection.address

    def alias(self, level: str) -> str:
        return f"{self._address.prefix}-{level.lower()}"

    def standing(self) -> Standing:
        """What is there now. Raises Away."""
        found = self._connection.order(
            lambda es: es.indices.get(
                index=f"{self._address.prefix}-*",
                features="aliases,mappings",
                allow_no_indices=True,
                expand_wildcards="all",
            )
        )
        serving: dict[str, str] = {}
        building: dict[str, str] = {}
        schemas: dict[str, str] = {}
        levels = {self.alias(level): level for level in LEVELS}
        for name, facts in found.items():
            schemas[name] = facts.get("mappings", {}).get("_meta", {}).get("schema", "")
            for alias in facts.get("aliases", {}):
                if alias in levels:
                    serving[levels[alias]] = name
                elif alias.endswith(NEXT) and alias.removesuffix(NEXT) in levels:
                    building[levels[alias.removesuffix(NEXT)]] = name
        return Standing(serving, building, schemas)

    def begin(self) -> bool:
        """Make the indexes to fill; False when a build of this version was begun before."""
        standing = self.standing()
        old = standing.of_another_version(standing.building.values())
        if standing.building and not old and len(standing.building) == len(LEVELS):
            return False
        self.drop(standing.building.values())
        number = 1 + max((_number(name) for name in standing.schemas), default=0)
        for level in LEVELS:
            self._create(f"{self.alias(level)}-{number:06d}", self.alias(level) + NEXT)
        return True

    def _create(self, name: str, alias: str) -> None:
        made = settings(shards=self._address.shards, replicas=self._address.replicas)
        fields = {**mapping(), "_meta": {"schema": schema()}}
        self._connection.order(
            lambda es: es.indices.create(
                index=name, settings=made, mappings=fields, aliases={alias: {}}
            )
        )

    def finish(self) -> list[str]:
        """Let the filled indexes serve, all levels in one step; returns those that served before."""
        standing = self.standing()
        if len(standing.building) != len(LEVELS):
            raise Away(f"there is no finished build to switch to: {REBUILD}")
        actions: list[dict[str, object]] = []
        for level in LEVELS:
            fresh, alias = standing.building[level], self.alias(level)
            if level in standing.serving:
                actions.append({"remove": {"index": standing.serving[level], "alias": alias}})
            actions.append({"add": {"index": fresh, "alias": alias}})
            actions.append({"remove": {"index": fresh, "alias": alias + NEXT}})
        self._connection.order(lambda es: es.indices.update_aliases(actions=actions))
        return sorted(standing.serving.values())

    def idle(self) -> list[str]:
        """Indexes that neither serve nor are being filled: kept until told otherwise."""
        standing = self.standing()
        used = {*standing.serving.values(), *standing.building.values()}
        return sorted(name for name in standing.schemas if name not in used)

    def drop(self, names: Iterable[str]) -> None:
        some = sorted(names)
        if some:
            self._connection.order(lambda es: es.indices.delete(index=some))

    def refresh(self) -> None:
        """Make what was written findable now."""
        self._connection.order(
            lambda es: es.indices.refresh(index=f"{self._address.prefix}-*", allow_no_indices=True)
        )

    def trouble(self) -> str:
        """Why the server must not be asked now, in words; empty when it may be.

        Each level is also asked as its reader would: a server that takes longer than a search may
        last, or that lets the writer in but not a reader, must not be asked either. Raises Away.
        """
        health = self._connection.probe(lambda es: es.cluster.health(timeout="1s"))
        if health["status"] == "red":
            return RED
        standing = self.standing()
        if len(standing.serving) != len(LEVELS):
            return INCOMPLETE
        if standing.of_another_version(standing.serving.values()):
            return OTHER_VERSION
        for level in LEVELS:
            self._connection.probe(partial(_asked, index=self.alias(level)), level=level)
        return self._blocked()

    def _blocked(self) -> str:
        def blocks(es: Elasticsearch) -> dict[str, object]:
            return dict(
                es.indices.get_settings(
                    index=f"{self._address.prefix}-*",
                    name="index.blocks.*",
                    flat_settings=True,
                )
            )

        set_: set[str] = set()
        for facts in self._connection.order(blocks).values():
            held = facts.get("settings", {}) if isinstance(facts, dict) else {}
            set_ |= {name for name, value in held.items() if str(value) == "true"}
        if _FLOOD in set_:
            return FULL
        return CLOSED if set_ else ""


def _asked(es: Elasticsearch, *, index: str) -> object:
    return es.search(index=index, size=0, track_total_hits=False, terminate_after=1)


def _number(name: str) -> int:
    last = name.rpartition("-")[2]
    return int(last) if last.isdecimal() else 0
