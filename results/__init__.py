"""Results: what experiments found."""
