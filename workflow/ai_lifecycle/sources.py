"""The catalogue of upstream files, their fetching, and receipts of what is at hand.

A receipt says of one dataset whether its bytes are at hand (route ``upstream``) or the frozen
table must serve (route ``frozen``); it holds nothing that differs between two such runs.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from ai_lifecycle import download, settings, strict_yaml, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.store import File, relative_path

RECEIPT_KEYS = ("dataset", "route", "files")
RECEIPT_FILE_KEYS = ("id", "path", "sha256", "bytes")
FETCH_AGAIN = "fetch again with: snakemake --cores 4 --forcerun sources_fetch"


@dataclass(frozen=True)
class Dataset:
    """One dataset of the catalogue: what it is, whose it is, and its files."""

    key: str
    title: str
    producer: str
    copied_by: str
    citation: tuple
    page: str
    version: str
    date_accessed: str
    licence_upstream: tuple
    licence_derived: str
    licence_note: str
    note: str
    files: tuple


def schema_path():
    """Schema of the catalogue in this repository."""
    return Path(__file__).resolve().parents[1] / "schemas" / "sources.schema.yaml"


def catalogue(path, schema=None):
    """All datasets of a catalogue, checked, by key in the order of the file.

    Parameters
    ----------
    path : str or Path
        ``data/sources.yaml``.
    schema : str or Path, optional
        Its JSON schema; that of this repository by default.

    Returns
    -------
    dict of str to Dataset

    Raises
    ------
    DataError
        Naming file and key: not YAML, an anchor, alias or tag, a key given twice or not in the
        schema, a value of the wrong form, an id or address given twice, an unknown licence, an
        address that is not https or does not carry the dataset's version.
    """
    content = strict_yaml.read(path)
    settings.check(content, schema or schema_path(), path)
    datasets, ids, addresses = {}, {}, {}
    for key, entry in content["datasets"].items():
        where = f"datasets.{key}"
        _check_licence(entry["licence"], content["licences"], path, where)
        for number, file in enumerate(entry["files"]):
            place = f"{where}.files.{number}"
            _once(file["id"], ids, "id", path, place)
            _once(file["url"], addresses, "url", path, place)
            _check_address(file["url"], entry["version"], path, place)
        datasets[key] = _dataset(key, entry)
    return datasets


def _dataset(key, entry):
    licence = entry["licence"]
    return Dataset(
        key=key,
        title=entry["title"],
        producer=entry["producer"],
        copied_by=entry.get("copied_by", ""),
        citation=tuple(entry["citation"]),
        page=entry["page"],
        version=entry["version"],
        date_accessed=entry["date_accessed"],
        licence_upstream=tuple(licence["upstream"]),
        licence_derived=licence["derived"],
        licence_note=licence.get("note", ""),
        note=entry.get("note", ""),
        files=tuple(File(**file) for file in entry["files"]),
    )


def _check_licence(licence, known, path, where):
    for name, key in [(name, "upstream") for name in licence["upstream"]] + [
        (licence["derived"], "derived")
    ]:
        if name not in known:
            raise DataError(
                "unknown licence",
                file=path,
                key=f"{where}.licence.{key}",
                found=name,
                allowed=known,
            )


def _once(value, seen, kind, path, place):
    if value in seen:
        raise DataError(
            f"{kind} is given twice",
            file=path,
            key=f"{place}.{kind}",
            found=value,
            allowed=f"each {kind} once; first at {seen[value]}",
        )
    seen[value] = place


def _check_address(url, version, path, place):
    try:
        relative_path(url)
    except DataError as fault:
        raise DataError(str(fault), file=path, key=f"{place}.url") from None
    if version != "unknown" and version not in url:
        raise DataError(
            "address does not carry the dataset's version",
            file=path,
            key=f"{place}.url",
            found=url,
            allowed=f"an address that contains {version}",
        )


def fetch(datasets, resources, **how):
    """Outcomes of all files of some datasets, by dataset key.

    Parameters
    ----------
    datasets : iterable of Dataset
        What to fetch.
    resources : str or Path
        Folder below which ``upstream/<host>/<path>`` is kept.
    **how
        Passed to `download.Downloader`: mirror, offline, patience, threads.

    Returns
    -------
    dict of str to list of download.Outcome

    Raises
    ------
    DataError
        What was reached and is wrong.
    """
    datasets = list(datasets)
    with download.Downloader(Path(resources) / "upstream", **how) as downloader:
        outcomes = iter(downloader.fetch([file for d in datasets for file in d.files]))
        return {d.key: [next(outcomes) for _ in d.files] for d in datasets}


def is_frozen(outcomes):
    """Whether the frozen table must serve: some file of the dataset is unreachable."""
    return any(outcome.route == "unreachable" for outcome in outcomes)


def write_receipt(path, key, outcomes):
    """Write the receipt of one dataset to ``<resources>/receipts/<dataset>.json``."""
    resources = Path(path).resolve().parents[1]
    frozen = is_frozen(outcomes)
    receipt = {
        "dataset": key,
        "route": "frozen" if frozen else "upstream",
        "files": []
        if frozen
        else [
            {
                "id": outcome.file.id,
                "path": outcome.path.resolve().relative_to(resources).as_posix(),
                "sha256": outcome.file.sha256,
                "bytes": outcome.file.bytes,
            }
            for outcome in outcomes
        ],
    }
    text = json.dumps(receipt, indent=1, ensure_ascii=False) + "\n"
    tables.write_bytes(path, text.encode("utf-8"))


def summary(key, outcomes):
    """One line on where a dataset came from, for the log and the summary of the run."""
    if is_frozen(outcomes):
        lost = [outcome for outcome in outcomes if outcome.route == "unreachable"]
        return (
            f"{key}: took the frozen table because {len(lost)} of {_files(len(outcomes))} "
            f"cannot be reached ({lost[0].file.id}: {lost[0].reason})"
        )
    routes = [outcome.route for outcome in outcomes]
    parts = [f"{routes.count(r)} from {r}" for r in ("cache", "mirror", "upstream") if r in routes]
    return f"{key}: {_files(len(outcomes))} at hand, {', '.join(parts)}"


def _files(number):
    return "1 file" if number == 1 else f"{number} files"


def files(receipt_path):
    """Bytes of each upstream file of a dataset by source id, or None if frozen must serve.

    Parameters
    ----------
    receipt_path : str or Path
        ``<resources>/receipts/<dataset>.json``.

    Returns
    -------
    dict of str to bytes, or None

    Raises
    ------
    DataError
        A receipt that is not one, a file that is gone, leads out of the folder or has other bytes.
    """
    receipt = _receipt(receipt_path)
    if receipt["route"] == "frozen":
        return None
    resources = Path(receipt_path).resolve().parents[1]
    content = {}
    for entry in receipt["files"]:
        path = (resources / entry["path"]).resolve()
        where = {"file": path, "key": entry["id"]}
        if not path.is_relative_to(resources):
            raise DataError("receipt leads out of its folder", found=entry["path"], **where)
        try:
            body = path.read_bytes()
        except OSError as fault:
            raise DataError(
                f"upstream file is gone ({fault.strerror})", allowed=FETCH_AGAIN, **where
            ) from None
        digest = hashlib.sha256(body).hexdigest()
        if digest != entry["sha256"]:
            raise DataError(
                "upstream file has changed on disk",
                found=f"sha256 {digest} ({len(body)} bytes)",
                allowed=f"sha256 {entry['sha256']} ({entry['bytes']} bytes); {FETCH_AGAIN}",
                **where,
            )
        content[entry["id"]] = body
    return content


def _receipt(path):
    try:
        receipt = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(receipt, dict):
            raise TypeError
        keys = tuple(receipt) == RECEIPT_KEYS and receipt["route"] in ("upstream", "frozen")
        if (
            keys
            and all(tuple(entry) == RECEIPT_FILE_KEYS for entry in receipt["files"])
            and all(
                isinstance(entry[key], str) and entry[key].isprintable()
                for entry in receipt["files"]
                for key in ("id", "path", "sha256")
            )
        ):
            return receipt
    except OSError as fault:
        raise DataError(
            f"receipt cannot be read ({fault.strerror})", file=path, allowed=FETCH_AGAIN
        ) from None
    except (ValueError, TypeError, RecursionError):
        pass
    raise DataError("file is not a receipt", file=path, allowed=FETCH_AGAIN)
