"""How a chart looks: themes, fonts, sizes and places, drawn from the rng and recorded."""
