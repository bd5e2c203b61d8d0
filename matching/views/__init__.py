"""Pages of matching: one view, one operation."""
