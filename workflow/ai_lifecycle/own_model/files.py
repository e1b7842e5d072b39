"""Which files are read, and all of them read: what can be refused is refused before any work."""

from pathlib import Path

from ai_lifecycle.errors import DataError
from ai_lifecycle.own_model import description, names

# Name of the folder that compares several files.
COMPARISON = "comparison"
EXAMPLE = "example.yaml"
WHERE = Path("config/models")


def read(files, paths, *, as_of):
    """What each file says, and the names that it was read by.

    Parameters
    ----------
    files : sequence of str
        As for `chosen`.
    paths : mapping of str to path
        By the names of the inputs of rule ``my_model``.
    as_of : str
        ISO date of reading.

    Returns
    -------
    said : list of Description
    known : names.Known

    Raises
    ------
    DataError
        For the first fault of any file.
    """
    known = names.known_names(
        hardware=paths["hardware"],
        throughput=paths["training_accelerators"],
        accelerator_names=paths["accelerator_names"],
        annual_intensity=paths["annual"],
        countries=paths["countries"],
        pue=paths["pue"],
        operators=paths["operators"],
        references=paths["references"],
        constants=paths["constants"],
        cloud_regions=paths["cloud_regions"],
        as_of=as_of,
    )
    said = [description.read(path, known) for path in chosen(files, paths["example"])]
    require_own_folders(said)
    return said, known


def chosen(files, example):
    """The files named; else all of config/models but the example; else the example.

    Parameters
    ----------
    files : sequence of str
    example : str
        Path of the example.

    Returns
    -------
    list of str
    """
    if files:
        return list(files)
    own = sorted(
        str(path)
        for ending in ("*.yaml", "*.yml")
        for path in WHERE.glob(ending)
        if path.name != EXAMPLE
    )
    return own or [example]


def require_own_folders(said):
    """Refuse two files of one name, and the name of the folder that compares.

    That name is refused to a file alone too: a later run of several would replace its folder.

    Raises
    ------
    DataError
    """
    seen = {}
    for each in said:
        word = each.name.casefold()
        if word in seen:
            raise DataError("name is taken", file=each.file, key="name", found=each.name,
                            allowed=f"a name of its own: {seen[word]} has this one")  # fmt: skip
        seen[word] = each.file
        if word == COMPARISON:
            raise DataError("name is that of the folder that compares the files", file=each.file,
                            key="name", found=each.name, allowed="another name")  # fmt: skip
