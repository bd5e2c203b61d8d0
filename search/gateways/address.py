"""Where a search server is and as whom it is spoken to; plain values, without its client."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the server; an empty name means that the server asks for none."""

    user: str = ""
    password: str = field(default="", repr=False)

    def basic_auth(self) -> tuple[str, str] | None:
        return (self.user, self.password) if self.user else None


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and as whom it is spoken to.

    `writer` may write all indexes of the prefix. `readers` names an account per reader level, which
    can be one that sees that level's index alone; a level without one is read by the writer.
    `ca` is the file of the authority that signed the server's certificate.
    """

    urls: tuple[str, ...]
    prefix: str = "gongyi"
    writer: Account = Account()
    readers: tuple[tuple[str, Account], ...] = ()
    ca: str = ""
    replicas: int = 0
    shards: int = 1
    graph: bool = False
    """Whether the server's graph of vectors gives further candidates where they are too many to scan."""
