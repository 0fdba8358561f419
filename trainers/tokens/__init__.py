"""Conversations as token ids: layouts as data, what is learned and what is only read."""
