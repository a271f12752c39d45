"""Organizations and projects as resources: reading, changing, joining and leaving them."""
