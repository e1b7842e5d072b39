# The few numbers that the README and the report quote in prose: never typed, always picked.

HEADLINE_TABLES = [
    "gpu_growth_shares",
    "gpu_growth_doubling_times",
    "training_carbon",
    "training_reconciliation",
    "grid_hourly_profile",
    "grid_data_quality",
    "hardware_data_quality",
    "claims",
    "ledger_breakeven",
    "ledger_growth",
    "ledger_models",
    "ledger_quantiles",
    "fleet_checks",
    "backtest_summary",
    "inference_levers",
    "hardware_phases",
]


rule headline_numbers:
    "Every number quoted in prose, with the table it was picked from."
    input:
        **{name: f"<results>/tables/{name}.csv" for name in HEADLINE_TABLES},
        wanted=SHIPPED("data/headline_numbers.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("headline_numbers"),
    output:
        numbers="<results>/tables/numbers.csv",
    log:
        "<logs>/headline_numbers.log",
    conda:
        "../../environment.yml"
    params:
        tables=HEADLINE_TABLES,
    script:
        "../scripts/headline_numbers.py"
