"""Commands around the server as a whole."""
