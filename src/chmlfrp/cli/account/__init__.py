"""`chmlfrp account`: a verb is a function, a file holds verbs that share their needs."""
