"""Where charts' words and numbers come from: phrases, statistical tables, charts written before."""
