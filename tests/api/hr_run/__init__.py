"""Thirty people whose HR departments say everything, in every order, through the API.

* `lives.py`: what the systems of HR of two companies say of some people
* `office.py`: the API they say it to, officers who act, and a clock set by hand
* `laws.py`: the eleven laws that hold of the result
* `states.py`: the end state, to be compared
* `chaos.py`: a process that is killed while it does all of this
"""
