# For those whose hands know make; `python3 tasks.py` does the work on every system.
PYTHON ?= python3

.PHONY: run test check look lock
run test check look lock:
	@$(PYTHON) tasks.py $@
