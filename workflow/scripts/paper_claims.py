"""Quantitative claims of the two papers: what a recomputation gives, and the verdict."""

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.claim_tables import evidence, table

FACTS = {
    "figures": "sustainable_ai_figures",
    "figure_4": "sustainable_ai_fig4",
    "public": "sustainable_ai_public",
    "quoted": "claims_evidence",
    "disclosures": "training_disclosures",
}
TABLES = {
    "carbon": "training_carbon",
    "doubling_times": "gpu_growth_doubling_times",
    "shares": "gpu_growth_shares",
    "gpus": "gpu_specifications",
    "products": "product_footprints",
}


def main(stated, paths, constants_path, references, *, as_of, claims_out, summary_out):
    """Read statements and evidence strictly; write claims and their count by verdict.

    Parameters
    ----------
    stated : str
        ``data/facts/claims_stated.csv``.
    paths : dict of str to str
        Evidence by the names in `FACTS` and `TABLES`.
    constants_path, references : str
        ``data/constants.csv``, ``data/references.bib``.
    as_of : str
        Date that no fact may be later than.
    claims_out, summary_out : str
        Tables to write.
    """
    read = {
        name: facts.read(paths[name], declared, references=references, as_of=as_of)
        for name, declared in FACTS.items()
    }
    read |= {name: tables.read_csv(paths[name], declared) for name, declared in TABLES.items()}
    statements = facts.read(stated, "claims_stated", references=references, as_of=as_of)
    known = constants.load(constants_path)
    results = table.recomputed(evidence.Evidence(**read, known=known))
    claims = table.table(statements, results)
    counts = table.summary(claims)
    print(f"{len(claims)} claims")
    print(counts.to_string(index=False))
    tables.write_csv(claims, claims_out, "claims")
    tables.write_csv(counts, summary_out, "claims_summary")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.stated,
            {name: getattr(snakemake.input, name) for name in [*FACTS, *TABLES]},
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            claims_out=snakemake.output.claims,
            summary_out=snakemake.output.summary,
        )
