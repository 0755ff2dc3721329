"""Pages of the network that are more than a list.

* `device.py`: One device: where it is plugged in, ports, evidence, timeline.
* `scan.py`: One scan while it runs and afterwards.
* `map.py` `trees.py`: The network as a picture and as an outline.
* `whereabouts.py`: Where a MAC was, what was on a port.
"""
