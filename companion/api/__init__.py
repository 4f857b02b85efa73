"""JSON both ways, here and nowhere else: one typed client per service group."""
