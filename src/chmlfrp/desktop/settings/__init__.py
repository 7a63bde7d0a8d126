"""The settings' page: what it has is declared in `declare`, the rest makes it from that."""
