"""Descriptions of own models for tests, and what estimates them from a finished build."""

from builds import ROOT

from ai_lifecycle import strict_yaml
from ai_lifecycle.own_model import description, names
from ai_lifecycle.own_model_tables import reference

AS_OF = "2026-11-21"
SEED = 20240605
FACTS = {
    "hardware": "hardware_accelerators",
    "accelerator_names": "accelerator_names",
    "training_accelerators": "training_accelerators",
    "training_models": "training_models",
    "disclosures": "training_disclosures",
    "figure_4": "sustainable_ai_fig4",
    "pue": "datacenter_pue",
    "operators": "training_operators",
    "architectures": "inference_architectures",
    "countries": "country_grid_areas",
    "cloud_regions": "cloud_region_areas",
}
BUILT = {
    "models": "tables/models.csv",
    "priors": "tables/training_priors.csv",
    "per_hour": "tables/embodied_per_hour.csv",
    "annual": "clean/annual_intensity.csv",
    "hourly": "clean/electricity_maps_hourly.parquet",
    "parameters": "tables/inference_parameters.csv",
    "requests": "tables/inference_requests.csv",
    "backtest": "tables/backtest.csv",
    "text": "clean/ml_energy_text.csv",
    "features": "clean/model_architectures.csv",
}


def paths(built):
    """Inputs of rule my_model, of a build in a folder."""
    data = ROOT / "data"
    found = {key: data / "facts" / f"{name}.csv" for key, name in FACTS.items()}
    found |= {key: built / "results/latest" / name for key, name in BUILT.items()}
    found |= {
        "quantities": data / "training_quantities.csv",
        "constants": data / "constants.csv",
        "references": data / "references.bib",
        "example": ROOT / "config/models/example.yaml",
    }
    return {key: str(path) for key, path in found.items()}


def choices():
    """What the configuration says of the service; its numbers are text to the strict reader."""
    read = strict_yaml.read(ROOT / "config/config.yaml")["lifecycle"]
    return read


def known(built):
    """Names that a file may use."""
    given = paths(built)
    return names.known_names(
        hardware=given["hardware"],
        throughput=given["training_accelerators"],
        accelerator_names=given["accelerator_names"],
        annual_intensity=given["annual"],
        countries=given["countries"],
        pue=given["pue"],
        operators=given["operators"],
        references=given["references"],
        constants=given["constants"],
        cloud_regions=given["cloud_regions"],
        as_of=AS_OF,
    )


class Desk:
    """Everything that an estimate needs, read once."""

    def __init__(self, built, folder):
        self.paths, self.known = paths(built), known(built)
        self.reference = reference.read(self.paths, as_of=AS_OF)
        self.choices, self.folder = choices(), folder

    def read(self, text):
        """Description of a file with this text."""
        path = self.folder / "own.yaml"
        path.write_text(text, encoding="utf-8")
        return description.read(path, self.known)

    @property
    def given(self):
        """The arguments of an estimate after the description."""
        return self.known, self.reference, self.choices, SEED
