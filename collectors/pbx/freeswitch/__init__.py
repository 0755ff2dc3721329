"""FreeSWITCH and FusionPBX, through the event socket.

* `esl.py`: The event socket of FreeSWITCH: headers, bodies, answers to `api`.
* `reader.py`: Reads FreeSWITCH or FusionPBX by the event socket: users, registrations,
  queues.

Imported by `collectors.pbx.read`.
"""
