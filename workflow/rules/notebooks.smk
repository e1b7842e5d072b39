# Notebooks: executed over finished results; they explain, and feed nothing. Numbered as they are
# to be read.
#
# One job a notebook, each in a kernel of its own: they run beside the report, and an edit of one
# re-runs that one.


include: "provenance.smk"


# What each notebook reads, below <results>; a test holds the notebooks against this list.
NOTEBOOK_READS = {
    "01_start_here": [
        "tables/training_carbon.csv",
        "tables/ledger_basis.csv",
        "tables/ledger_models.csv",
        "tables/figures.csv",
        "tables/numbers.csv",
    ],
    "02_training_disclosures": [
        "tables/training_carbon.csv",
        "tables/training_reconciliation.csv",
        "figures/be2a_training_carbon.png",
        "figures/la_training_disclosures.png",
        "figures/la_reconcile.png",
        "figures/be2b_training_resources.png",
    ],
    "03_training_energy": [
        "tables/models.csv",
        "tables/training_energy.csv",
        "tables/training_excluded.csv",
        "tables/training_priors.csv",
        "tables/training_route_check.csv",
        "tables/backtest_summary.csv",
        "tables/backtest.csv",
        "figures/la_backtest.png",
    ],
    "04_electricity": [
        "tables/grid_hourly_profile.csv",
        "tables/grid_authorities.csv",
        "tables/grid_alternatives.csv",
        "tables/grid_marginal.csv",
        "tables/grid_marginal_validation.csv",
        "tables/grid_comparison.csv",
        "figures/be6_intensity_by_hour.png",
        "figures/la_grid_authorities.png",
    ],
    "05_hardware_growth": [
        "tables/gpu_growth_doubling_times.csv",
        "tables/gpu_growth_shares.csv",
        "tables/gpu_growth_sensitivity.csv",
        "tables/gpu_dataset_comparison.csv",
        "figures/be1_gpu_performance_growth.png",
    ],
    "06_hardware_carbon": [
        "tables/embodied_accelerators.csv",
        "tables/embodied_comparison.csv",
        "tables/embodied_missing.csv",
        "tables/embodied_per_hour.csv",
        "tables/hardware_phases.csv",
        "tables/end_of_life.csv",
        "tables/reuse.csv",
        "tables/refresh_breakeven.csv",
        "figures/be5b_hardware_lifecycle.png",
        "figures/be5a_corporate_emissions.png",
        "figures/be5a_corporate_emissions.csv",
        "figures/la_refresh.png",
    ],
    "07_inference": [
        "tables/inference_parameters.csv",
        "tables/inference_fit_errors.csv",
        "tables/inference_levers.csv",
        "tables/inference_production.csv",
        "tables/inference_plausibility.csv",
        "tables/inference_requests.csv",
        "tables/inference_service.csv",
        "tables/inference_requests_excluded.csv",
        "figures/be4_multimodal_efficiency.png",
    ],
    "08_ledger": [
        "tables/ledger.csv",
        "tables/ledger_models.csv",
        "tables/ledger_basis.csv",
        "tables/source_groups.csv",
        "tables/ledger_excluded.csv",
        "tables/ledger_growth.csv",
        "tables/ledger_growth_points.csv",
        "tables/ledger_breakeven.csv",
        "figures/la_lifecycle.png",
        "figures/la_lifecycle.csv",
        "figures/la_growth.png",
        "figures/la_breakeven.png",
        "tables/tool_comparison.csv",
        "tables/tool_comparison_missing.csv",
        "figures/la_tools.png",
    ],
    "09_fleet": [
        "tables/fleet.csv",
        "tables/fleet_accelerators_used.csv",
        "tables/fleet_missing.csv",
        "tables/fleet_checks.csv",
        "figures/la_fleet.png",
    ],
    "10_sustainable_ai": [
        "tables/figures.csv",
        "tables/paper_figures_models.csv",
        "tables/paper_figures_values.csv",
        "figures/sa1_arxiv_growth.png",
        "figures/sa2_growth.png",
        "figures/sa3_phases_and_emissions.png",
        "figures/sa4_operational_carbon.png",
        "figures/sa5_embodied_and_operational.png",
        "figures/sa6_power_reduction.png",
        "figures/sa8_net_power.png",
        "figures/sa7_power_ladder.png",
        "figures/sa9_gpu_utilisation.png",
        "figures/sa10_gpu_utilisation_histogram.png",
        "figures/sa11_federated_learning.png",
        "figures/sa12_error_and_energy.png",
        "figures/be3a_lifecycle_carbon.png",
        "figures/be3b_power_capacity.png",
    ],
    "11_claims": [
        "tables/claims.csv",
        "tables/claims_summary.csv",
    ],
    "12_data_quality": [
        "tables/grid_data_quality.csv",
        "tables/model_data_quality.csv",
        "tables/inference_data_quality.csv",
        "tables/hardware_data_quality.csv",
        "tables/fleet_data_quality.csv",
    ],
    "13_uncertainty": [
        "tables/ledger_quantiles.csv",
        "tables/ledger_drivers.csv",
        "tables/ledger_widening.csv",
        "tables/ledger_sums.csv",
        "tables/ledger_tornado.csv",
        "tables/ledger_models.csv",
        "figures/la_drivers.png",
        "figures/la_tornado.png",
    ],
    "14_priors_and_sampling": [
        "tables/priors.csv",
        "tables/convergence.csv",
        "figures/la_priors.png",
        "figures/la_priors_inferred.png",
        "figures/la_convergence.png",
    ],
    "15_evidence_and_lineage": [
        "tables/evidence_summary.csv",
        "tables/evidence.csv",
        "tables/lineage.csv",
    ],
}
# Modules of the package that cells import.
NOTEBOOK_IMPORTS = ["style.py", "report/finished.py"]
NOTEBOOKS = sorted(NOTEBOOK_READS) if config["notebooks"] else []


rule notebook_run:
    "One notebook, executed, with its outputs and as a page."
    input:
        notebook=stored_notebook,
        read=notebook_reads,
        fields=SHIPPED("data/fields.csv"),
        looks=PAGE_FILES("notebook.html.j2"),
        code=CODE("notebook_run") + CODE_BEHIND(*NOTEBOOK_IMPORTS),
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
