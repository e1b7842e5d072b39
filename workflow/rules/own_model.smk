# The reader's own model: one file, or several, to a folder each.

from ai_lifecycle import runlog

OWN_MODEL_FILE = os.environ.get("AI_LIFECYCLE_MODEL", "")
OWN_MODEL_FILES = [OWN_MODEL_FILE] if OWN_MODEL_FILE else config["model_files"]


rule my_model:
    "Lifecycle estimate of the models described in config/models, or in the files that are named."
    input:
        models="<results>/tables/models.csv",
        priors="<results>/tables/training_priors.csv",
        per_hour="<results>/tables/embodied_per_hour.csv",
        annual="<results>/clean/annual_intensity.csv",
        hourly="<results>/clean/electricity_maps_hourly.parquet",
        parameters="<results>/tables/inference_parameters.csv",
        requests="<results>/tables/inference_requests.csv",
        backtest="<results>/tables/backtest.csv",
        training="<results>/tables/training_energy.csv",
        text="<results>/clean/ml_energy_text.csv",
        features="<results>/clean/model_architectures.csv",
        hardware=SHIPPED("data/facts/hardware_accelerators.csv"),
        accelerator_names=SHIPPED("data/facts/accelerator_names.csv"),
        training_accelerators=SHIPPED("data/facts/training_accelerators.csv"),
        training_models=SHIPPED("data/facts/training_models.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        quantities=SHIPPED("data/training_quantities.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        pue=SHIPPED("data/facts/datacenter_pue.csv"),
        operators=SHIPPED("data/facts/training_operators.csv"),
        architectures=SHIPPED("data/facts/inference_architectures.csv"),
        countries=SHIPPED("data/facts/country_grid_areas.csv"),
        cloud_regions=SHIPPED("data/facts/cloud_region_areas.csv"),
        example=SHIPPED("config/models/example.yaml"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        style=SHIPPED("workflow/ai_lifecycle/report/style.css"),
        template=SHIPPED("workflow/ai_lifecycle/own_model_tables/page.html.j2"),
        code=CODE("my_model"),
    log:
        "<logs>/my_model.log",
    conda:
        "../../environment.yml"
    params:
        # A file's name may hold what Snakemake would take for a wildcard: functions are left alone.
        files=lambda wildcards: OWN_MODEL_FILES,
        folder=workflow.pathvars.apply("<models>"),
        as_of=lookup("as_of", within=config),
        seed=lookup("seed", within=config),
        choices=lookup("lifecycle", within=config),
        release=lookup("release", within=config),
    script:
        "../scripts/my_model.py"


# A file at fault is refused before any job, with its message alone. Targets are not known to
# Snakemake yet. The frozen table of areas has the bytes of the one that is built.
if workflow.is_main_process and "my_model" in sys.argv:
    from ai_lifecycle.own_model import files as own_model_files

    with runlog.one_message():
        own_model_files.read(
            OWN_MODEL_FILES,
            dict(rules.my_model.input.items()) | {"annual": FROZEN("annual_intensity.csv")},
            as_of=config["as_of"],
        )
