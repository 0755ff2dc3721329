"""The pages: HTML made on the server; every page is an address that works by itself.

* `site.py`: Addresses, static files, security headers.
* `visit.py`: One look at one page: who, in which language; `View`, `Told`.
* `render.py`: Jinja2, and what the templates may call.
* `words.py`: Languages: texts by gettext, numbers, money and days by Babel.
* `navigation.py`: Groups and entries, from the resources, each with its roles.
* `listing.py`: The list page of every resource: filters, order, columns, exports.
* `entity.py`: The page of one thing of every resource, with what may be done.
* `acting.py`: The form of every act, for one thing or for those selected.
* `forms.py`: Fields of a form from the input of an act. Pure.
* `cells.py`: Values of a list as a page shows them. Pure.
* `search.py`: Everything that words find.
* `templates/`: Page skeleton, components (`ui.html`), one file a kind of page.
* `static/`: Styles, our own script modules, icons: no code of others.
* `locale/`: Translations, read as they are; there is nothing to compile.

A resource of `api.resources` has all of these pages by its declaration. May import
`api.resources`, `api.http` and `inventory`; nothing but `api.app` imports it.
"""
