"""What is known of vendors as data files: form, rules, objects to ask for.

* `apply.py`: Which rule files speak about a device, and what they state.
* `catalogue.py`: Facts of all vendors at once: enterprises, product names, likely
  objects.
* `corrections.py`: A person's correction as a rule of the site's own file.
* `knowledge.py`: Rules compiled and indexed, so that one device looks at few of them.
* `likely_objects.py`: The second step: likely objects of an enterprise nobody wrote
  rules for.
* `lint.py`: What is wrong with rules that hold where they should not.
* `named_makers.py`: Makers named in texts, by the list of organisations that registered
  a number.
* `objects_to_ask.py`: Which objects to ask a device for, once its system group is
  known.
* `patterns.py`: Regular expressions from data files, refused when they could take for
  ever.
* `places.py`: Where in a protocol a device says what it is: the table `announced.tsv`.
* `schema.py`: The form of vendor, fingerprint and override files, and what is wrong
  with them.
* `undescribed.py`: Model and version from objects that no MIB file describes, by their
  form.

Imported by `discovery.identity`; `api.compose` builds the knowledge.
"""
