"""FreeSWITCH, through its event socket.

* `esl.py`: The event socket of FreeSWITCH
* `reader.py`: Reads FreeSWITCH or FusionPBX by the event socket
"""
