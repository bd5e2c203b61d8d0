"""Sentence vectors behind one small port, with two ways in.

Import from here: `Embedder`, `EmbeddingError`, `embed_text`, `load_packaged`, `OpenAIForm`,
`to_bytes`, `from_bytes`.
"""

from search.embedding.openai_form import OpenAIForm
from search.embedding.packaged import Loaded, load_packaged
from search.embedding.port import Embedder, EmbeddingError, Vectors, embed_text, unit_length
from search.embedding.quantized import from_bytes, to_bytes

__all__ = [
    "Embedder",
    "EmbeddingError",
    "Loaded",
    "OpenAIForm",
    "Vectors",
    "embed_text",
    "from_bytes",
    "load_packaged",
    "to_bytes",
    "unit_length",
]
