"""Chinese text analysis without Django: the one tokenizer of index, re-ranking and matcher."""
