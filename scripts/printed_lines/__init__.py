"""Lines of printed fields for the network that knows letters and digits by their shape alone."""
