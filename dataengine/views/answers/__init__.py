"""What tasks answer with: a target, a region, objects, or the turns that came with a picture."""
