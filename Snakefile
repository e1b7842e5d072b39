# The front door: the same workflow as workflow/Snakefile, from the repository's root.
include: "workflow/Snakefile"


workflow.default_target = "all"
