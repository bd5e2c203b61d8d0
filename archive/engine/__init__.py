"""Pure computation on file contents; knows no Django."""
