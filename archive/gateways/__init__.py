"""Where contents lie."""
