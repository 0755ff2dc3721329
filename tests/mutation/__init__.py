"""Mutation runs over the pure modules: does some test fail if a rule is changed?

* `mutants.py`: the small changes that can be made to a module.
* `run.py`: one forked process a mutant, with the tests that belong to the module.
* `targets.toml`: module -> tests; the changes that alter no outcome, with the reason.
* `test_survivors.py`: the same as a test, `pytest -m mutation -n0 tests/mutation`.

`python -m tests.mutation [--limit N] [--seed S] [MODULE ...]` prints survivors. No file
of the checkout is written: a mutant exists only in the memory of its process.
"""
