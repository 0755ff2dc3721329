"""The pages: HTML made on the server; every page is an address that works by itself.

* `site.py`: Addresses, static files, security headers.
* `rooms.py`: Addresses of the pages that are more than a resource.
* `visit.py`: One look at one page: who, in which language; `View`, `Told`.
* `render.py`: Jinja2, and what the templates may call.
* `words.py`: Languages: texts by gettext, numbers, money and days by Babel.
* `navigation.py`: Groups and entries, and which lists stand together.
* `listing.py`: The list page of every resource: filters, order, columns, exports.
* `entity.py`: The page of one thing of every resource, with what may be done.
* `field_titles.py`: Titles of fields of answers and details that no list has.
* `extracts.py`: What else can be read of a thing, shown or as a file.
* `acts/`: The form of every act, for one thing or for those chosen.
* `cells.py` `links.py`: Values as a page shows them, and where they lead.
* `search.py`: Everything that words find, and what a field is picked from.
* `door/`: Login, links that are secrets, and what stands where no page can.
* `house/` `network/` `register/` `people/` `money/`: Pages that are more than a list.
* `templates/`: Page skeleton, components (`ui.html`), one file a kind of page.
* `static/`: Styles, our own script modules, icons: no code of others.
* `locale/`: Translations, read as they are; there is nothing to compile.

A resource of `api.resources` has all of its pages by its declaration; `rooms.py` puts
others in their place. May import `api.resources`, `api.http` and everything below
`api`; nothing but `api.app` imports it.
"""
