"""Publishing: what goes to the Hub, whether it may, and sending it so that a repeat goes on."""
