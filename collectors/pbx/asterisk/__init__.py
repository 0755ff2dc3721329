"""Asterisk, through its manager interface (AMI).

* `ami.py`: The Asterisk Manager Interface
* `manager.py`: A conversation with an Asterisk manager
* `reader.py`: Reads an Asterisk or FreePBX through its manager; only actions that
  look.
* `rows.py`: Answers of an Asterisk manager to extensions, registrations, mailboxes,
  groups.
"""
