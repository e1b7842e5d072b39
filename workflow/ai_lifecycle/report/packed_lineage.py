"""The lineage as the report shows it: every name said once."""

LISTS = ("artifacts", "origins")


def packed(artifacts, origins, linked):
    """Entries of both lists in a form that JSON can carry.

    Parameters
    ----------
    artifacts, origins : list of dict
        As `ai_lifecycle.lineage.view` makes them: ``name``, ``meta`` and ``groups``, pairs of a
        heading and its names.
    linked : set of str
        Figures and tables that stand on the page.

    Returns
    -------
    dict
        `names`; `links`, the identifier on the page of each name or nothing; and for each list its
        entries: name, words beside it, groups of heading and places in `names`.
    """
    place = {}
    made = {"names": [], "links": []}
    for name, items in zip(LISTS, (artifacts, origins), strict=True):
        made[name] = [
            [
                item["name"],
                item["meta"],
                [
                    [words, [place.setdefault(one["name"], len(place)) for one in names]]
                    for words, names in item["groups"]
                ],
            ]
            for item in items
        ]
    made["names"] = list(place)
    stems = [name.rpartition("/")[2] for name in place]
    made["links"] = [stem if stem in linked else None for stem in stems]
    return made
