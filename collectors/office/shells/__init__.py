"""What SSH leads to in the office.

* `cisco.py`: Show commands of a Cisco IOS-XE switch, from the same truth as its SNMP
  agent.
* `consoles.py`: A network device's console: prompt, abbreviated commands, errors.
* `keys.py`: Host keys of the office's SSH servers, made from what the truth says.
* `linux.py`: A shell of a Linux computer that knows a table of commands.
* `machine.py`: A Linux computer as its files and commands describe it.
* `ssh.py`: The SSH server of one device: accounts, host key, exec requests and
  consoles.
* `terminals.py`: The SSH server of a device, by its model: a computer's shell or a
  console.

Nothing that comes in is ever executed: commands are looked up in tables.
"""
