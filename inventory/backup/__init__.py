"""Backups: one encrypted file with the database, attached files and settings.

* `container` (pure): a stream of bytes, encrypted and authenticated piece by piece.
* `keys`: the key of backups, and the file that carries all keys, apart from backups.
* `tables`: which backups were taken, and how the last check of each went.
* `facts`: what a database holds, so that a restored one can be compared.
* `dump`, `load`: a database of either kind to a file and back.
* `archive`: the parts of a backup, written and read.
* `backups`: takes one, checks one, puts one back.
* `undoing`: what putting one back would undo.
* `retention` (pure): which ones are old enough to go.
* `finding`: Notes backups that lie in a folder and that no row names.

Imports `storage`, `vault.envelope` and the attached files of `assets`.
"""
