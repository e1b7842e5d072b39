# The page that a reader opens first, and the manifest of the whole build.

REPORT_PARTS = [
    SHIPPED(str(path.relative_to(REPOSITORY)))
    for pattern in ("*.html.j2", "page_scripts/*.js")
    for path in sorted((REPOSITORY / "workflow/ai_lifecycle/report").glob(pattern))
    if path.name not in ("page.html.j2", "notebook.html.j2")
]
METHOD_PAGES = sorted(
    str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "docs/methods").glob("*.md")
)
FACT_TABLES = ["data/constants.csv"] + sorted(
    str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "data/facts").glob("*.csv")
)


rule report_page:
    "Figures, tables, data quality and sources on one self-contained page."
    input:
        contents=SHIPPED("data/report_contents.csv"),
        figures=expand("<results>/figures/{name}.svg", name=report_names("figure")),
        captions=[CAPTION(name) for name in report_names("figure")],
        tables=expand(
            "<results>/tables/{name}.csv",
            name=report_names("claims") + report_names("table") + report_names("quality"),
        ),
        catalogue=SHIPPED("data/sources.yaml"),
        catalogue_schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        methods=[SHIPPED(path) for path in METHOD_PAGES],
        facts=[SHIPPED(path) for path in FACT_TABLES],
        looks=PAGE_FILES("page.html.j2") + REPORT_PARTS,
        code=CODE("report_page"),
    output:
        page="<results>/report.html",
    log:
        "<logs>/report_page.log",
    conda:
        "../../environment.yml"
    params:
        release=lookup("release", within=config),
        notebooks=NOTEBOOKS,
    script:
        "../scripts/report_page.py"


rule manifest_build:
    "Path, hash, rule and sources of every artifact, and what all rest on; the closing summary."
    input:
        artifacts=artifact_paths,
        receipts=receipt_paths,
        catalogue=SHIPPED("data/sources.yaml"),
        catalogue_schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        code=CODE("manifest_build"),
    output:
        manifest="<results>/manifest.json",
        summary="<logs>/summary.txt",
    log:
        "<logs>/manifest_build.log",
    conda:
        "../../environment.yml"
    params:
        folder=results_folder,
        artifacts=artifact_provenance,
        basis=build_rests_on,
    script:
        "../scripts/manifest_build.py"
