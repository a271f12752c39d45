"""The history: who changed what, from what to what."""
