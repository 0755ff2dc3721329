"""What may be done: forms of acts, for one thing, a list, or those that were chosen.

* `acting.py`: The form of every act, and what happens when it is sent.
* `target.py`: What an act is carried out on.
* `selection.py`: Which rows of a list were chosen: some by hand, or all that match.
* `preview_of_many.py`: What an act would change, row by row; nothing stays.
* `forms.py` `form_parts.py`: Fields of a form from the input of an act. Pure.
* `row_acts.py`: What may be done with a row of a list in its state. Pure.

Imported by the pages.
"""
