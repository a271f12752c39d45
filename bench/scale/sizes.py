"""How much there is in the large project, and around it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Sizes:
    """How many rows of each kind; those of `history` and `requests` are half in the project."""

    experiments: int = 20_000
    flags: int = 25_000
    holdouts: int = 300
    governed: int = 500
    metrics: int = 2_000
    history: int = 500_000
    elsewhere: int = 500_000
    requests: int = 20_000
    projects: int = 1_000
    organizations: int = 200
    members: int = 500
    cohorts: int = 500
    actions: int = 500
    annotations: int = 2_000
    schedules: int = 2_000

    def times(self, factor: float) -> "Sizes":
        """Return the sizes of a database that is smaller, or larger, by this factor."""
        return Sizes(
            **{name: max(2, round(number * factor)) for name, number in asdict(self).items()}
        )


SMALL = Sizes(
    experiments=100,
    flags=120,
    holdouts=10,
    governed=10,
    metrics=20,
    history=1_000,
    elsewhere=0,
    requests=100,
    projects=1,
    organizations=1,
    members=10,
    cohorts=10,
    actions=10,
    annotations=20,
    schedules=20,
)
