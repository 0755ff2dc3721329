"""What is kept about a person, and what is erased once it is not needed any more.

* `access_report.py`: everything that refers to a person (GDPR, article 15)
* `erase.py`: names, addresses and signatures of who left long ago (article 17)
"""
