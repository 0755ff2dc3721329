"""Asterisk and FreePBX, through the Asterisk Manager Interface (AMI).

* `ami.py`: The Asterisk Manager Interface: messages read line by line by an allow-list.
* `manager.py`: A conversation with an Asterisk manager: log in, ask, take lists.
* `reader.py`: Reads an Asterisk or FreePBX through its manager; only actions that look.
* `rows.py`: Answers of an Asterisk manager to extensions, registrations, mailboxes,
  groups.

Imported by `collectors.pbx.read`.
"""
