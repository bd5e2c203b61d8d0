"""What can be wrong with the server, in words: each sentence names the cause and the cure."""

from elastic_transport import ConnectionTimeout, SerializationError, TlsError
from elasticsearch import ApiError, UnsupportedProductError

from search.gateways import GatewayError

BUSY = frozenset({429, 502, 503, 504})
REBUILD = "run manage.py search_rebuild --server"
FULL = (
    "the search server takes no writes (its disk is nearly full): free space, it opens again by "
    "itself"
)
CLOSED = (
    "the search server takes no writes (somebody set a block on an index): set index.blocks.* of "
    "the indexes back to null"
)
RED = "the search cluster is red: part of its data is missing, look at its nodes"
INCOMPLETE = f"there is no complete index on the search server: {REBUILD}"
OTHER_VERSION = f"the index on the search server was made by another version: {REBUILD}"
MISSING = f"an index is missing on the search server: {REBUILD}"
SLOW = "the search server is too slow: look at its load and its heap"
_STRANGER = (
    "something else than Elasticsearch answers at ELASTICSEARCH_URL: correct the address, or what "
    "a proxy in between passes on"
)

# What the TLS library says, and what it means here; the first that fits.
_CERTIFICATE = (
    ("has expired", "has expired: give the server a new one"),
    ("not yet valid", "is not valid yet: look at the clocks of both machines"),
    (
        "match",
        "is made out to another name: write that name into ELASTICSEARCH_URL, or give the server "
        "a certificate with the name that stands there",
    ),
    (
        "self-signed",
        "is signed by an authority that is not known here: name its file in ELASTICSEARCH_CA",
    ),
    (
        "issuer",
        "is signed by an authority that is not known here: name its file in ELASTICSEARCH_CA",
    ),
)
_CONNECTION = (
    (
        "resolve",
        "the host name in ELASTICSEARCH_URL is not known: correct it, or the name server's entry",
    ),
    (
        "refused",
        "no search server answers at ELASTICSEARCH_URL: start it, or correct the address",
    ),
    (
        "disconnected",
        "the server at ELASTICSEARCH_URL closes the connection: write https:// where it expects "
        "TLS, and look at its log",
    ),
)


class Away(GatewayError):
    """The server gives no answer that can be used; asking later may help."""


def translated(error: Exception, account: str = "ELASTICSEARCH") -> GatewayError:
    """The error in words. `account` begins the variables that name the account that asked."""
    said = str(error)
    if isinstance(error, ConnectionTimeout):
        return Away(SLOW)
    if isinstance(error, TlsError):
        return Away(_of_tls(said))
    if isinstance(error, ApiError):
        return _refusal(error, account)
    if isinstance(error, SerializationError):
        return Away(_STRANGER)
    for sign, sentence in _CONNECTION:
        if sign in said.lower():
            return Away(sentence)
    return Away("no search server answers at ELASTICSEARCH_URL: start it, or correct the address")


def _of_tls(said: str) -> str:
    if "WRONG_VERSION" in said:
        return "the search server does not speak TLS: write http:// into ELASTICSEARCH_URL"
    for sign, meaning in _CERTIFICATE:
        if sign in said:
            return f"the certificate of the search server {meaning}"
    return (
        "no safe connection to the search server: its certificate, or the file that "
        "ELASTICSEARCH_CA names, is not in order"
    )


def _refusal(error: ApiError, account: str) -> GatewayError:
    status, kind = error.meta.status, error.error
    if status == 401:
        return Away(
            f"the search server does not know the user or the password of {account}_USER: correct "
            f"{account}_USER and {account}_PASSWORD, or make the user on the server"
        )
    if isinstance(error, UnsupportedProductError) or not _is_ours(error):
        return Away(_STRANGER)
    if "cluster_block" in kind:
        return Away(FULL)
    if status == 403:
        return Away(
            f"the account {account}_USER may not do this on the search server: give it the role of "
            "deploy/elasticsearch/roles.yml"
        )
    if status == 404 and "index_not_found" in kind:
        return Away(MISSING)
    if status in BUSY or status >= 500:
        return Away(
            f"the search server cannot answer ({status} {kind}): look at its log and the health "
            "of its nodes"
        )
    return GatewayError(f"the search server refused a request ({status} {kind})", permanent=True)


def _is_ours(error: ApiError) -> bool:
    """Whether a search server wrote this answer; refusals of its security carry no product name."""
    named = error.meta.headers.get("x-elastic-product")
    return bool(named) or (isinstance(error.body, dict) and "error" in error.body)
