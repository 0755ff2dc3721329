"""Pages of people that are more than a list.

* `person.py`: One person: what he holds, cases, lines, employments.
* `case.py`: One case with the steps of its lines.
* `staff_list.py`: A list of staff of an HR system, tried and taken in.
* `mine.py`: What the caller has and is asked about.
* `my_login.py`: Second factors and recovery codes of who looks.
"""
