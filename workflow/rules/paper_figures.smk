# Figures of the two papers, redrawn from what was read off them or rebuilt from public data.


rule sa_figures_models:
    "Values and fits behind the figures, and the table of all figures of both papers."
    input:
        figures=SHIPPED("data/facts/sustainable_ai_figures.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        public=SHIPPED("data/facts/sustainable_ai_public.csv"),
        clusters=SHIPPED("data/facts/sustainable_ai_cluster_utilisation.csv"),
        beyond=SHIPPED("data/facts/beyond_efficiency_figures.csv"),
        status=SHIPPED("data/facts/paper_figures_status.csv"),
        carbon="<results>/tables/training_carbon.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("sa_figures_models"),
    output:
        values="<results>/tables/paper_figures_values.csv",
        models="<results>/tables/paper_figures_models.csv",
        figures="<results>/tables/figures.csv",
    log:
        "<logs>/sa_figures_models.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/sa_figures_models.py"


rule sa_figures_growth:
    "Growth, phases and emissions: figures sa1 to sa3."
    input:
        figures_values="<results>/tables/paper_figures_values.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("sa_figures_growth"),
    output:
        sa1_svg=report(
            "<results>/figures/sa1_arxiv_growth.svg",
            caption=CAPTION("sa1_arxiv_growth"),
            category="Sustainable AI",
            labels={"figure": "sa1"},
        ),
        sa1=multiext("<results>/figures/sa1_arxiv_growth", ".pdf", ".png", ".csv"),
        sa2_svg=report(
            "<results>/figures/sa2_growth.svg",
            caption=CAPTION("sa2_growth"),
            category="Sustainable AI",
            labels={"figure": "sa2"},
        ),
        sa2=multiext("<results>/figures/sa2_growth", ".pdf", ".png", ".csv"),
        sa3_svg=report(
            "<results>/figures/sa3_phases_and_emissions.svg",
            caption=CAPTION("sa3_phases_and_emissions"),
            category="Sustainable AI",
            labels={"figure": "sa3"},
        ),
        sa3=multiext("<results>/figures/sa3_phases_and_emissions", ".pdf", ".png", ".csv"),
    log:
        "<logs>/sa_figures_growth.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/sa_figures_growth.py"


rule sa_figures_footprint:
    "Carbon of models and of federated learning: figures sa4, sa5 and sa11."
    input:
        figures_values="<results>/tables/paper_figures_values.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("sa_figures_footprint"),
    output:
        sa4_svg=report(
            "<results>/figures/sa4_operational_carbon.svg",
            caption=CAPTION("sa4_operational_carbon"),
            category="Sustainable AI",
            labels={"figure": "sa4"},
        ),
        sa4=multiext("<results>/figures/sa4_operational_carbon", ".pdf", ".png", ".csv"),
        sa5_svg=report(
            "<results>/figures/sa5_embodied_and_operational.svg",
            caption=CAPTION("sa5_embodied_and_operational"),
            category="Sustainable AI",
            labels={"figure": "sa5"},
        ),
        sa5=multiext("<results>/figures/sa5_embodied_and_operational", ".pdf", ".png", ".csv"),
        sa11_svg=report(
            "<results>/figures/sa11_federated_learning.svg",
            caption=CAPTION("sa11_federated_learning"),
            category="Sustainable AI",
            labels={"figure": "sa11"},
        ),
        sa11=multiext("<results>/figures/sa11_federated_learning", ".pdf", ".png", ".csv"),
    log:
        "<logs>/sa_figures_footprint.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/sa_figures_footprint.py"


rule sa_figures_efficiency:
    "Power saved, utilisation, error and energy: figures sa6 to sa10 and sa12."
    input:
        figures_values="<results>/tables/paper_figures_values.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("sa_figures_efficiency"),
    output:
        sa6_svg=report(
            "<results>/figures/sa6_power_reduction.svg",
            caption=CAPTION("sa6_power_reduction"),
            category="Sustainable AI",
            labels={"figure": "sa6"},
        ),
        sa6=multiext("<results>/figures/sa6_power_reduction", ".pdf", ".png", ".csv"),
        sa7_svg=report(
            "<results>/figures/sa7_power_ladder.svg",
            caption=CAPTION("sa7_power_ladder"),
            category="Sustainable AI",
            labels={"figure": "sa7"},
        ),
        sa7=multiext("<results>/figures/sa7_power_ladder", ".pdf", ".png", ".csv"),
        sa8_svg=report(
            "<results>/figures/sa8_net_power.svg",
            caption=CAPTION("sa8_net_power"),
            category="Sustainable AI",
            labels={"figure": "sa8"},
        ),
        sa8=multiext("<results>/figures/sa8_net_power", ".pdf", ".png", ".csv"),
        sa9_svg=report(
            "<results>/figures/sa9_gpu_utilisation.svg",
            caption=CAPTION("sa9_gpu_utilisation"),
            category="Sustainable AI",
            labels={"figure": "sa9"},
        ),
        sa9=multiext("<results>/figures/sa9_gpu_utilisation", ".pdf", ".png", ".csv"),
        sa10_svg=report(
            "<results>/figures/sa10_gpu_utilisation_histogram.svg",
            caption=CAPTION("sa10_gpu_utilisation_histogram"),
            category="Sustainable AI",
            labels={"figure": "sa10"},
        ),
        sa10=multiext("<results>/figures/sa10_gpu_utilisation_histogram", ".pdf", ".png", ".csv"),
        sa12_svg=report(
            "<results>/figures/sa12_error_and_energy.svg",
            caption=CAPTION("sa12_error_and_energy"),
            category="Sustainable AI",
            labels={"figure": "sa12"},
        ),
        sa12=multiext("<results>/figures/sa12_error_and_energy", ".pdf", ".png", ".csv"),
    log:
        "<logs>/sa_figures_efficiency.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/sa_figures_efficiency.py"


rule be3_lifecycle:
    "Life-cycle carbon and power capacity: figures be3a and be3b."
    input:
        figures_values="<results>/tables/paper_figures_values.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be3_lifecycle"),
    output:
        be3a_svg=report(
            "<results>/figures/be3a_lifecycle_carbon.svg",
            caption=CAPTION("be3a_lifecycle_carbon"),
            category="Beyond Efficiency",
            labels={"figure": "be3a"},
        ),
        be3a=multiext("<results>/figures/be3a_lifecycle_carbon", ".pdf", ".png", ".csv"),
        be3b_svg=report(
            "<results>/figures/be3b_power_capacity.svg",
            caption=CAPTION("be3b_power_capacity"),
            category="Beyond Efficiency",
            labels={"figure": "be3b"},
        ),
        be3b=multiext("<results>/figures/be3b_power_capacity", ".pdf", ".png", ".csv"),
    log:
        "<logs>/be3_lifecycle.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be3_lifecycle.py"
