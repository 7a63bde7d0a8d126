"""`chmlfrp tool`: looking around from this machine; needs neither daemon nor account."""
