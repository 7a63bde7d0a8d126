"""`chmlfrp://` links: read strictly, never acted on before a person agrees."""
