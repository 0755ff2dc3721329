"""The handbook of whoever runs Purser: one Markdown file a chapter, read as a page too.

* `chapters.py`: Which chapters there are, and their HTML.
"""
