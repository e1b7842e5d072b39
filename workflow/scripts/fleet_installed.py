"""Energy and embodied carbon of the installed accelerators, by owner and quarter."""

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.fleet_tables import accelerators, checks, faults, series

FACTS = {
    "names": "fleet_accelerators",
    "comparisons": "fleet_comparisons",
    "hardware": "hardware_accelerators",
}


def main(counts, comparison, facts_paths, constants_path, references, out, *, as_of):
    """Join counts, footprints and factors; write the tables.

    Parameters
    ----------
    counts, comparison : str
        Tables ``accelerator_counts`` and ``embodied_comparison``.
    facts_paths : dict of str to str
        Path of each of `FACTS`.
    constants_path, references : str
        Constants and bibliography.
    out : dict of str to str
        Outputs: fleet, used, missing, quality, checks.
    as_of : str
        Date after which nothing may lie.
    """
    known = constants.load(constants_path)
    read = {
        key: facts.read(facts_paths[key], name, references=references, as_of=as_of)
        for key, name in FACTS.items()
    }
    counted = tables.read_csv(counts, "accelerator_counts")
    last = series.last_complete_quarter(counted)
    routes = tables.read_csv(comparison, "embodied_comparison")
    used = accelerators.table(counted, routes, read["hardware"], last)
    fleet = series.table(counted, used, read["names"], known)
    multiple = known.value("fleet.check_power_multiple", unit="1")
    held = checks.table(fleet, counted, read["comparisons"], multiple)
    lacking = accelerators.missing(used)
    tables.write_csv(fleet, out["fleet"], "fleet")
    tables.write_csv(used, out["used"], "fleet_accelerators_used")
    tables.write_csv(lacking, out["missing"], "fleet_missing")
    tables.write_csv(
        faults.quality(counted, used, read["names"], last), out["quality"], "fleet_data_quality"
    )
    tables.write_csv(held, out["checks"], "fleet_checks")
    print(f"{len(used)} types, {len(lacking)} without a footprint; last quarter {last.date()}")
    print(held[["quantity", "subject", "year", "unit", "ours", "theirs"]].to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.counts,
            snakemake.input.comparison,
            {key: snakemake.input[key] for key in FACTS},
            snakemake.input.constants,
            snakemake.input.references,
            dict(snakemake.output.items()),
            as_of=snakemake.params.as_of,
        )
