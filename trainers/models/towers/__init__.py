"""Vision towers, one module per kind, each with `build(settings) -> Tower`."""
