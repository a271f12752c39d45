"""The project package: wiring only; it imports every app and no app imports it."""
