"""Networks that forward frames: what switches learn in them, and what is drawn of it.

Written from IEEE 802.1D and 802.1Q, not from the rules under test: a bridge learns the
source of a frame on the port it came in by, sends it out where it learned the
destination, or else everywhere in the VLAN, forgets after the ageing time, and blocks
what the spanning tree of the VLAN does not need.

* `bridged_lan.py`: Bridges, cables and stations; frames that are flooded and learned.
* `spanning_tree.py`: Which ports a spanning tree blocks.
* `reading.py`: What a scan reads of such a network, and where everything truly is.
* `situations.py`: Twelve kinds of networks.
* `test_flooded_networks.py`: What is drawn: right, coarse, unknown or wrong.
"""
