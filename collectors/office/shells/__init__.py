"""What SSH leads to in the office.

    keys.py      (pure) host keys, made from the serial number
    machine.py   (pure) files and command outputs of a Linux computer
    linux.py     (pure) a shell that knows those commands and no others
    cisco.py     (pure) show commands of a Cisco switch
    consoles.py  (pure) a console: prompt, abbreviated commands, errors
    ssh.py       the SSH server of one device

Nothing that comes in is ever executed: commands are looked up in tables.
"""
