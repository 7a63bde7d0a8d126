# Each target is one line over scripts/dev.py, which also runs without make.
# 每个目标都只是 scripts/dev.py 的一行，没有 make 也能用。

PYTHON ?= python3

.PHONY: help setup demo test check fix bench promise shots lock

help:
	@$(PYTHON) scripts/dev.py help

setup:
	@$(PYTHON) scripts/dev.py setup $(ARGS)

demo:
	@$(PYTHON) scripts/dev.py demo $(ARGS)

test:
	@$(PYTHON) scripts/dev.py test $(ARGS)

check:
	@$(PYTHON) scripts/dev.py check $(ARGS)

fix:
	@$(PYTHON) scripts/dev.py fix $(ARGS)

bench:
	@$(PYTHON) scripts/dev.py bench $(ARGS)

promise:
	@$(PYTHON) scripts/dev.py promise $(ARGS)

shots:
	@$(PYTHON) scripts/dev.py shots $(ARGS)

lock:
	@$(PYTHON) scripts/dev.py lock $(ARGS)
