"""True counts, read from the marts. They never leave this package but through `disclosure`."""
