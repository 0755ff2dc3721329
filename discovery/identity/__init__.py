"""Evidence to identity. Callers use `identify.py`; everything here is pure.

kinds.py       words for what a device is
verdicts.py    Statement, Verdict, Identity
text.py        cleaning and placeholders;  patterns.py  regular expressions, bounded
schema.py      form of rule files;  knowledge.py  compiled and indexed
catalogue.py   tables of all vendors: enterprises, products, likely objects
evidence.py    observations laid out;  rules.py  what the rule files state
standards.py   what standard MIBs state;  hints.py  what little things suggest
objects.py, descr.py  vendors nobody wrote rules for
naming.py      one spelling per vendor;  weigh.py  statements to verdicts
wanted.py      which objects to ask for;  explain.py  the reasoning in lines
corrections.py a person's correction as a rule
"""
