"""The licence of each artifact, from the licences of the data that entered it."""

OURS = "CC-BY-4.0"
SHARE_ALIKE = "ODbL-1.0"


def of(sources, datasets):
    """Licence of an artifact: share-alike where any share-alike data entered, else ours.

    Parameters
    ----------
    sources : iterable of str
        Its sources, as the workflow's graph gives them; those that are no dataset are ours.
    datasets : mapping of str to Dataset
        The catalogue.

    Returns
    -------
    str
        SPDX identifier.
    """
    derived = {datasets[name].licence_derived for name in sources if name in datasets}
    return SHARE_ALIKE if SHARE_ALIKE in derived else OURS


def attribution(dataset):
    """Who is to be named for a dataset, in a sentence."""
    by_way = f", by way of {dataset.copied_by}" if dataset.copied_by else ""
    return (
        f"Contains information from {dataset.title} ({dataset.producer}{by_way}; "
        f"{dataset.page}), {dataset.licence_derived}."
    )
