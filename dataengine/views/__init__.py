"""Views: how targets, regions and turns become conversations, without touching the data."""
