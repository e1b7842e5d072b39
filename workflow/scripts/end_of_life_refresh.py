"""End of life by two methods, a longer life, and the break-even of replacing an accelerator."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.embodied_tables import end_of_life_table, facts_read


def main(facts_paths, products, per_hour, constants_path, references, out, *, as_of):
    """Read the facts strictly; write the tables.

    Parameters
    ----------
    facts_paths : dict of str to str
        Path of each table of hardware facts.
    products, per_hour : str
        ``product_footprints`` and ``embodied_per_hour``.
    constants_path, references : str
        Constants and bibliography.
    out : dict of str to str
        Outputs: end_of_life, reuse, refresh.
    as_of : str
        Date after which nothing may lie.
    """
    facts = facts_read.read(facts_paths, references=references, as_of=as_of)
    known = constants.load(constants_path)
    burdens = end_of_life_table.table(facts, tables.read_csv(products, "product_footprints"), known)
    stages = tables.read_csv(per_hour, "embodied_per_hour")
    reused = end_of_life_table.reuse_table(stages, known)
    steps = end_of_life_table.refresh_table(facts, stages, known)
    tables.write_csv(burdens, out["end_of_life"], "end_of_life")
    tables.write_csv(reused, out["reuse"], "reuse")
    tables.write_csv(steps, out["refresh"], "refresh_breakeven")
    print(f"{len(burdens)} products, {len(steps)} break-evens")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            {name: snakemake.input[name] for name in facts_read.TABLES},
            snakemake.input.products,
            snakemake.input.per_hour,
            snakemake.input.constants,
            snakemake.input.references,
            dict(snakemake.output.items()),
            as_of=snakemake.params.as_of,
        )
