"""Holdouts: people kept out of every experiment that uses them."""
