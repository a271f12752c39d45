"""Answering a repeated POST as the first one was answered."""
