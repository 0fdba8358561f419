"""What can be loaded into each kind of connector from elsewhere; found by the kind's name."""
