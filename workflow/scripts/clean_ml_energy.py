"""Measured inference energy in our names, faults marked; or the frozen tables."""

from ai_lifecycle import constants, frozen, runlog, sources, tables
from ai_lifecycle.ml_energy_cleaning import architectures, faults, measurements

TABLES = {
    "text": "ml_energy_text",
    "diffusion": "ml_energy_diffusion",
    "architectures": "model_architectures",
    "quality": "inference_data_quality",
}


def main(receipt, features_receipt, kept, written, refreeze):
    """Clean ML.ENERGY and WattGPU and hold the tables against their frozen copies.

    Parameters
    ----------
    receipt, features_receipt : str
        What the fetch rule obtained of ``ml_energy`` and ``architecture_features``.
    kept, written : mapping of str to str
        Frozen copies and outputs: text, diffusion, architectures, quality.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    frames = cleaned(sources.files(receipt), sources.files(features_receipt))
    for key, table in TABLES.items():
        frozen.settle(table, frames[key], frozen=kept[key], out=written[key], refreeze=refreeze)


def cleaned(measured, featured):
    """The tables by name; None where upstream was not reached."""
    power = {
        "H100": constants.value("inference.h100_rated_power", unit="W"),
        "B200": constants.value("inference.b200_rated_power", unit="W"),
    }
    frames = dict.fromkeys(TABLES)
    if featured is not None:
        frames["architectures"] = architectures.read(
            featured["architecture_features_models"], "model_features.csv"
        )
    if measured is not None:
        text = faults.mark(measurements.text(measured))
        frames["text"] = text[list(tables.declaration("ml_energy_text"))]
        diffusion = measurements.diffusion(measured)
        frames["diffusion"] = diffusion[list(tables.declaration("ml_energy_diffusion"))]
    if measured is not None and featured is not None:
        frames["quality"] = faults.quality(text, diffusion, power, frames["architectures"])
    return frames


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.features_receipt,
            {name: snakemake.params[f"frozen_{name}"] for name in TABLES},
            snakemake.output,
            snakemake.params.refreeze,
        )
