"""Charts written by a language model: it answers with data, which becomes specifications."""
