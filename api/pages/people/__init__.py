"""Pages of people that are more than a list.

* `person.py`: One person: what he holds, cases, lines, employments.
* `case.py`: One case with the steps of its lines.
* `announce.py`: HR says who joins, moves or leaves, and sees what follows.
* `announcements.py`: The form of each kind of announcement.
* `staff_list.py`: A list of staff of an HR system, tried and taken in.
* `mine.py`: What the caller has and is asked about.
* `team.py`: What a manager has to know of his people.
* `my_login.py`: Password, language, time zone, second factors of who looks.
"""
