"""Files of own models for tests, and what estimates them from a finished build."""

from builds import ROOT

from ai_lifecycle import strict_yaml
from ai_lifecycle.own_model import description, names
from ai_lifecycle.own_model_tables import reference

FACTS = ROOT / "data/facts"
EXAMPLE = ROOT / "config/models/example.yaml"
# One route to the energy of training, and nothing else.
LEAST = "name: m\ntraining: {energy_mwh: 5, energy_boundary: node}\n"
AS_OF = "2026-11-21"
SEED = 20240605
TABLES = {
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
    "training": "tables/training_energy.csv",
    "text": "clean/ml_energy_text.csv",
    "features": "clean/model_architectures.csv",
}


def paths(built):
    """Inputs of rule my_model, of a build in a folder."""
    data = ROOT / "data"
    found = {key: FACTS / f"{name}.csv" for key, name in TABLES.items()}
    found |= {key: built / "results/latest" / name for key, name in BUILT.items()}
    found |= {
        "quantities": data / "training_quantities.csv",
        "constants": data / "constants.csv",
        "references": data / "references.bib",
        "example": EXAMPLE,
    }
    return {key: str(path) for key, path in found.items()}


def choices():
    """What the configuration says of the service; its numbers are text to the strict reader."""
    read = strict_yaml.read(ROOT / "config/config.yaml")["lifecycle"]
    return read


def known_names(**changes):
    """Names that the tables of the repository know; what is named here is read from elsewhere."""
    paths = {
        "hardware": FACTS / "hardware_accelerators.csv",
        "throughput": FACTS / "training_accelerators.csv",
        "accelerator_names": FACTS / "accelerator_names.csv",
        "annual_intensity": ROOT / "data/frozen/annual_intensity.csv",
        "countries": FACTS / "country_grid_areas.csv",
        "pue": FACTS / "datacenter_pue.csv",
        "operators": FACTS / "training_operators.csv",
        "cloud_regions": FACTS / "cloud_region_areas.csv",
        "references": ROOT / "data/references.bib",
        "constants": ROOT / "data/constants.csv",
        "as_of": AS_OF,
    }
    return names.known_names(**paths | changes)


KNOWN = known_names()


def read(folder, text, known=KNOWN):
    """The description that a file of this text, or these bytes, gives."""
    path = folder / "model.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return description.read(path, known)


class Desk:
    """Everything that an estimate needs, read once."""

    def __init__(self, built, folder):
        self.paths, self.known = paths(built), known_names(annual_intensity=paths(built)["annual"])
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
