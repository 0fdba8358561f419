"""Models: vision towers, a connector and a language model, composed from a typed recipe."""
