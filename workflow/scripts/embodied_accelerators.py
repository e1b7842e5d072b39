"""Embodied carbon of accelerators by both routes, per reserved hour, and what has no factor."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.embodied_tables import allocation_table, comparison, facts_read, phases


def main(facts_paths, products, components, constants_path, references, out, *, as_of, tolerance):
    """Read the facts strictly; write the tables.

    Parameters
    ----------
    facts_paths : dict of str to str
        Path of each table of hardware facts.
    products, components : str
        ``product_footprints`` and ``component_footprints``.
    constants_path, references : str
        Constants and bibliography.
    out : dict of str to str
        Outputs: routes, comparison, per_hour, missing, phases.
    as_of : str
        Date after which nothing may lie.
    tolerance : float
        By how much printed shares may miss one.
    """
    facts = facts_read.read(facts_paths, references=references, as_of=as_of)
    known = constants.load(constants_path)
    routes, summary = comparison.tables_of(facts, known)
    parts = tables.read_csv(components, "component_footprints")
    per_hour, missing = allocation_table.tables_of(facts, parts, routes, summary, known)
    by_phase = phases.table(tables.read_csv(products, "product_footprints"), facts, tolerance)
    tables.write_csv(routes, out["routes"], "embodied_accelerators")
    tables.write_csv(summary, out["comparison"], "embodied_comparison")
    tables.write_csv(per_hour, out["per_hour"], "embodied_per_hour")
    tables.write_csv(missing, out["missing"], "embodied_missing")
    tables.write_csv(by_phase, out["phases"], "hardware_phases")
    both = summary[summary["gap"].notna()]
    print(f"{len(summary)} accelerators, {int(summary['left_out'].isna().sum())} bottom-up, "
          f"{len(both)} by both routes")  # fmt: skip
    for row in both.itertuples(index=False):
        print(f"{row.accelerator}: bottom-up over published {100 * row.gap:+.0f} %")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            {name: snakemake.input[name] for name in facts_read.TABLES},
            snakemake.input.products,
            snakemake.input.components,
            snakemake.input.constants,
            snakemake.input.references,
            dict(snakemake.output.items()),
            as_of=snakemake.params.as_of,
            tolerance=snakemake.params.tolerance,
        )
