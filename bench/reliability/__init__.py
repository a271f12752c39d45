"""What happens to requests and data when something breaks, tried with the real server."""
