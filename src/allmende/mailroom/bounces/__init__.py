"""Mail that comes back: `parse` reads it (and knows no Django), the rest acts on it."""
