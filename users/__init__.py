"""Users: who is calling, with which key, and what that key may do."""
