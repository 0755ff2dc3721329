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

Pages read through `inventory.*.queries` and act through the services, as routes do.
"""
