"""Names and files for the tests of an own model."""

from builds import ROOT

from ai_lifecycle.own_model import description, names

FACTS = ROOT / "data/facts"
EXAMPLE = ROOT / "config/models/example.yaml"
# One route to the energy of training, and nothing else.
LEAST = "name: m\ntraining: {energy_mwh: 5, energy_boundary: node}\n"


def known_names(**changes):
    """All names that the tables of the repository know."""
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
        "as_of": "2026-11-21",
    }
    return names.known_names(**paths | changes)


KNOWN = known_names()


def read(folder, text, known=KNOWN):
    """The description that a file of this text, or these bytes, gives."""
    path = folder / "model.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return description.read(path, known)
