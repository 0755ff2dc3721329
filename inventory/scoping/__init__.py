"""What a caller sees who is not to see everything: rows, in every query alike.

* `scope` (pure): legal entities, sites, departments, cost centres; own things.
* `rules` (pure): the condition by which each root of the register is cut down.
* `views`: shadows every table by a view of the rows in scope, for a connection.
* `engines`: an engine whose connections see a scope only.

A list, a report, a search or a timeline that knows nothing of scopes reads the same
table names and gets the rows in scope: nothing has to be remembered by who writes one.
What follows from nothing a scope knows is not there at all. Imports `storage`.
"""
