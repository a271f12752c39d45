"""Simulated people: values, denominators and covariates, for each kind of metric.

A population returns arrays of trials by units; `lift` is the true relative effect.
"""

import numpy as np

from results.statistics import Cuped, MetricKind, Sums

RATE = 0.2


def means(chance, shape, lift=0.0):
    return {"x": (1 + lift) * chance.gamma(2, 1.5, shape)}


def funnels(chance, shape, lift=0.0):
    return {"x": (chance.random(shape) < RATE * (1 + lift)).astype(float)}


def ratios(chance, shape, lift=0.0):
    d = 1.0 + chance.poisson(2, shape)
    return {"x": (1 + lift) * d * chance.gamma(2, 1.5, shape), "d": d}


def retentions(chance, shape, lift=0.0):
    return {**funnels(chance, shape, lift), "d": np.ones(shape)}


def covariates(chance, shape, lift=0.0):
    c = chance.gamma(4, 2.5, shape)
    x = 0.8 * c + chance.gamma(2, 1.5, shape)
    return {"x": (1 + lift) * x, "c": c}


def funnel_covariates(chance, shape, lift=0.0):
    c = (chance.random(shape) < 0.4).astype(float)
    return {"x": (chance.random(shape) < (0.1 + 0.25 * c) * (1 + lift)).astype(float), "c": c}


POPULATIONS = {
    "mean": (means, MetricKind.MEAN, Cuped()),
    "funnel": (funnels, MetricKind.FUNNEL, Cuped()),
    "ratio": (ratios, MetricKind.RATIO, Cuped()),
    "retention": (retentions, MetricKind.RETENTION, Cuped()),
    "cuped": (covariates, MetricKind.MEAN, Cuped(True)),
    "cuped_funnel": (funnel_covariates, MetricKind.FUNNEL, Cuped(True)),
}


def sums_at(values, looks):
    """Return for each trial the sums after so many units, one for each look."""
    x, d, c = (values.get(key) for key in "xdc")
    products = {"x": x, "xx": x * x}
    if d is not None:
        products |= {"d": d, "dd": d * d, "xd": x * d}
    if c is not None:
        products |= {"c": c, "cc": c * c, "xc": x * c}
    edges = [0, *looks[:-1]]
    columns = {
        name: np.add.reduceat(product[:, : looks[-1]], edges, axis=1).cumsum(1).tolist()
        for name, product in products.items()
    }
    return [
        [
            Sums(n, **{name: column[trial][look] for name, column in columns.items()})
            for look, n in enumerate(looks)
        ]
        for trial in range(len(x))
    ]
