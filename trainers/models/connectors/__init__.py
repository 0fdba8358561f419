"""Connectors, one module per kind, each with `build(settings, inputs, width) -> Connector`."""
