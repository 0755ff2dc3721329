"""Data and settings; only `api.compose.wiring` opens them, others receive values.

settings.py       the shapes of `purser.toml` and the `PURSER_*` variables;
                  logins.py its credentials, sign_in.py how people log in,
                  shapes.py what sections share
reader.py         finds and merges them; a mistake names file, key and remedy
catalog.py        loads the data files below; an error names file and line
vendors/*.yaml    one vendor a file: how its products are recognised and asked
fingerprints/     SIP user agents, OUI hints, ports -> device type; tables: words of the
                  trade, who goes on with whose business, how often answers are right
platforms/        command-line platforms of network devices
deploy/           systemd units, a container file, a proxy in front
provisioning/     kits, working days, states of lines, who decides among HR systems
telecom/          states of lines, kinds of charges, layouts of carriers' invoices
office/           the simulated office: truth.yaml (network), company.yaml (people),
                  telecom.yaml (lines and what they cost)

Imports nothing of ours.
"""
