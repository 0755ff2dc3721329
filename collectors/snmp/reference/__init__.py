"""pysnmp as the other engine, and the oracle of the contract tests.

* `pysnmp_engine.py`: SNMP through pysnmp: the reference engine behind the same port.
* `pysnmp_walk.py`: One walk over several columns, as a state machine told each answer
  in turn.

Made by `api.compose` when the setting asks for it.
"""
