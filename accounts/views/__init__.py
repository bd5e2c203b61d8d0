"""Pages of accounts: one view, one operation."""
