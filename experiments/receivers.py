"""Keeping the experiments' copy of the variants equal to what their flag serves."""

from experiments.models import Experiment
from feature_flags import filters as documents
from feature_flags.models import FeatureFlag
from feature_flags.signals import flag_updated

_INDEX = "aggregation_group_type_index"


def connect() -> None:
    """Listen to the one signal of the house."""
    flag_updated.connect(copy_variants, dispatch_uid="experiments.copy_variants")


def copy_variants(sender: object, *, flag: FeatureFlag, **kwargs: object) -> None:
    """Write the flag's variants into the parameters of every experiment on it, deleted ones too."""
    experiments = Experiment.objects.filter(feature_flag=flag).only("id", "parameters")
    for experiment in experiments.order_by("pk"):
        parameters = dict(experiment.parameters or {})
        parameters["feature_flag_variants"] = documents.variants(flag.filters)
        index = flag.filters.get(_INDEX)
        if index is None:
            parameters.pop(_INDEX, None)
        else:
            parameters[_INDEX] = index
        if parameters != experiment.parameters:
            experiment.parameters = parameters
            experiment.save(update_fields=["parameters"])
