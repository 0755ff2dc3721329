"""The pages a person uses: NiceGUI on the same application, behind a login.

pages.py      puts pages, login and gate on the application
gate.py       who is logged in; everybody else is led to the login
login.py      the login form: plain HTML, so it works before any script
frame.py      header, navigation and titles around every page
grid.py       a list with search, sorting and keyset paging
html.py       (pure) rows and values -> escaped HTML
trouble.py    what is shown where a page cannot be
style.py      the look; no file is fetched from elsewhere
dashboard.py  devices.py  device.py  assets.py  asset.py  people.py  scans.py  scan.py
worklist.py
cases.py  case.py  joiners, movers, leavers; lists and tasks
holding.py    who has a device, for its page
register.py   addresses of the pages of the register in use: asset_acts.py, papers.py,
              handing.py, stock.py, stock_takes.py, mine.py, terms.py, centres.py,
              units.py, asking.py (as of), upkeep.py, importing.py, labels.py
forms.py      (pure) plain HTML forms;  acts.py: where they are sent, /do/<act>
registry.py   the acts a form may carry out;  files.py: what is given and taken
accept.py     the page behind a one-time link, without a login
short.py      /a/<tag>, what a label opens;  scanner.py: the script to scan with

Pages read through `inventory.*.queries` and act through the services, as routes do.
"""
