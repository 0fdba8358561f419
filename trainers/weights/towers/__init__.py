"""What can be loaded into each kind of tower, and how it is exported; found by the kind's name."""
