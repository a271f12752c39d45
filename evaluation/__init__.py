"""Evaluation: flags asked for people, over the wire that SDKs speak."""
