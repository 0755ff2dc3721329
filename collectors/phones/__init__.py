"""Telephones asked directly (SIP OPTIONS, status pages) and listened to as they start.

* `plug_and_play.py`: Phones that look for their provisioning server: SIP plug-and-play,
  only heard.
* `plug_and_play_listener.py`: Listens for phones that start: SIP plug-and-play on its
  multicast group.
* `sip_message.py`: SIP messages as values (RFC 3261), read with bounds.
* `sip_over_streams.py`: SIP OPTIONS over TCP and TLS, for phones and systems that do
  not answer UDP.
* `sip_over_udp.py`: SIP OPTIONS over one UDP socket for all phones, and the collector
  over it.
* `status_page_client.py`: Asks phones for their status pages: small, quick, without any
  login.
* `status_pages.py`: Status pages of phones: serial, model, MAC, firmware, extension.

Nothing here registers, calls, answers a challenge or guesses an extension. May be
imported by `collectors.sweep.sweep`, `discovery` and `api`.
"""
