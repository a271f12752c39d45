"""Evaluation of feature flags: hashing, conditions, variants; pure, without Django.

Flags are compiled once (`FlagSet`) and evaluated for many subjects. The algorithm is the one that
every SDK knows, bit by bit: an identifier is hashed to a number between 0 and 1, which decides
whether it is in a rollout and which variant it gets.
"""
