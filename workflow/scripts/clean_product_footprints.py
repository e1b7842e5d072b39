"""Product and component footprints in our names and units, or the frozen tables."""

import pandas as pd

from ai_lifecycle import frozen, runlog, sources, table_corrections, tables
from ai_lifecycle.footprint_cleaning import boavizta, greensku

PRODUCTS, COMPONENTS = "product_footprints", "component_footprints"


def main(
    products_receipt, components_receipt, corrections, frozen_products, frozen_components, products,
    components, *, tolerance, refreeze,
):  # fmt: skip
    """Clean both collections and hold them against their frozen copies.

    Parameters
    ----------
    products_receipt, components_receipt : str
        What the fetch rule obtained of boavizta and greensku.
    corrections : str
        ``data/corrections/boavizta.yaml``.
    frozen_products, frozen_components, products, components : str
        Frozen copies and outputs.
    tolerance : float
        By how much printed shares may miss one through rounding.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(products_receipt)
    frame = None
    if files is not None:
        frame = cleaned(files["boavizta"], corrections, tolerance)
    frozen.settle(PRODUCTS, frame, frozen=frozen_products, out=products, refreeze=refreeze)
    files = sources.files(components_receipt)
    frame = None if files is None else greensku.read(files)
    frozen.settle(COMPONENTS, frame, frozen=frozen_components, out=components, refreeze=refreeze)


def cleaned(payload, corrections, tolerance):
    """Boavizta's table, corrected, with what its phases are good for."""
    frame = boavizta.read(payload, "boavizta-data-us.csv").assign(exclusion=pd.NA)
    entries = table_corrections.read(corrections)
    frame = table_corrections.apply(frame, entries, key="product_id", file=corrections)
    frame = boavizta.with_completeness(frame, tolerance)
    # Carbon models of manufacturers rarely say which set of warming potentials they use.
    frame["gwp_set"] = "not stated"
    print(frame["phases"].value_counts(sort=False).to_string())
    return frame[list(tables.declaration(PRODUCTS))]


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.products_receipt,
            snakemake.input.components_receipt,
            snakemake.input.corrections,
            snakemake.params.frozen_products,
            snakemake.params.frozen_components,
            snakemake.output.products,
            snakemake.output.components,
            tolerance=snakemake.params.tolerance,
            refreeze=snakemake.params.refreeze,
        )
