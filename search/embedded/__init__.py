"""The engine inside the product's own database: SQLite with FTS5, or PostgreSQL with `tsvector`."""
