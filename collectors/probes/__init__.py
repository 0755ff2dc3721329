"""What a device says of itself to anybody: asked without any credential, read only.

* `catalogue.py`: Every packet that probes send, and who gets it: a list a person can
  read.
* `collect.py`: Probes one host that answered: each question once, side by side, none
  twice.
* `conversations.py`: How each probe of the catalogue is held.
* `names.py`: What the site's name servers call an address.
* `parsers/`: Questions and answers of the protocols.
* `segments.py`: Questions to a whole segment: asked once by multicast.
* `wire.py`: Conversations with strangers: one datagram or one connection, bounded in
  all ways.

No password is ever sent, no login tried. `collect.py` and `catalogue.py` are the entry
points of discovery.
"""
