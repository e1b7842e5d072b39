# Notebooks: executed over finished results; they explain, and feed nothing.
#
# One job a notebook, each in a kernel of its own: they run beside the report, and an edit of one
# re-runs that one.

# What each notebook reads, below <results>; a test holds the notebooks against this list.
NOTEBOOK_READS = {
    "data_quality": [
        "tables/grid_data_quality.csv",
        "tables/hardware_data_quality.csv",
    ],
}
NOTEBOOKS = sorted(NOTEBOOK_READS) if config["notebooks"] else []


rule notebook_run:
    "One notebook, executed, with its outputs and as a page."
    input:
        notebook=stored_notebook,
        read=notebook_reads,
        fields=SHIPPED("data/fields.csv"),
        looks=PAGE_FILES("notebook.html.j2"),
        code=CODE("notebook_run"),
    output:
        notebook="<results>/notebooks/{notebook}.ipynb",
        page="<results>/notebooks/{notebook}.html",
    log:
        "<logs>/notebook_run_{notebook}.log",
    wildcard_constraints:
        notebook="|".join(NOTEBOOK_READS),
    conda:
        "../../environment.yml"
    params:
        results=results_folder,
    script:
        "../scripts/notebook_run.py"
