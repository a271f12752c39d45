"""The one custom signal of the house."""

from django.dispatch import Signal

# Sent inside the flag's transaction whenever its filters were written, with `flag`, the
# filters `before`, `actor`, `now` and `writer`, the row whose change it is a part of, if any.
flag_updated = Signal()
