"""What this room tells the rooms above, which it cannot call."""

from django.dispatch import Signal

account_changed = Signal()
"""Sent inside the transaction of a change: ``user``, ``by``, ``created``, ``fields`` and ``now``."""
