"""The one custom signal of the house."""

from django.dispatch import Signal

# Sent inside the flag's transaction, with `flag`, whenever its filters were written.
flag_updated = Signal()
