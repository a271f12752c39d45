"""A project to look at: experiments with simulated visitors, evaluated and captured."""

from results.demo.loading import PROJECT_NAME, DemoExists, load_demo
from results.demo.scenarios import SCENARIOS

__all__ = ["PROJECT_NAME", "SCENARIOS", "DemoExists", "load_demo"]
