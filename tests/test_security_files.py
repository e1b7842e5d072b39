"""Files that were fetched are read as data: never unpacked, unpickled or run."""

import ast
import contextlib
import gzip
import io
import pickle
import re
import tracemalloc
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builds import ROOT
from misbehaving_server import BODY, Handler, misbehaving

from ai_lifecycle import sources, store, tables
from ai_lifecycle.download import Downloader
from ai_lifecycle.errors import DataError
from ai_lifecycle.footprint_cleaning import boavizta, greensku
from ai_lifecycle.grid_cleaning import annual_intensity, eia930
from ai_lifecycle.hardware import chip_dataset
from ai_lifecycle.ml_energy_cleaning import architectures, measurements
from ai_lifecycle.model_catalogue import epoch
from ai_lifecycle.transport import Patience

CODE = sorted((ROOT / "workflow").rglob("*.py"))
# What unpacks; only the making of a release, which packs, may name any of it.
UNPACKING = {"zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib", "py7zr", "rarfile", "openpyxl",
             "xlrd", "zipimport"}  # fmt: skip
RUNNING = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal",
           "runpy", "code", "imp"}  # fmt: skip
RUNNING_CALLS = {"eval", "exec", "compile", "__import__", "read_pickle", "unsafe_load", "full_load",
                 "extractall", "unpack_archive", "import_module", "loads_pickle", "read_hdf",
                 "read_excel", "read_xml", "read_html"}  # fmt: skip
# A file below the release may pack; this one opens a pickle, by hash, without running it.
PACKING_ROOM = "release"
UNPICKLER = "restricted_pickle.py"


def faults(path, text):
    """What a file imports or calls that could unpack or run what it reads."""
    packs = PACKING_ROOM in path.parts or path.stem.startswith(PACKING_ROOM)
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module.split(".")[0]]
        if path.name != UNPICKLER:
            yield from RUNNING & set(names)
        if not packs:
            yield from UNPACKING & set(names)
        if isinstance(node, ast.Call):
            yield from _called(node)


def _called(node):
    own = isinstance(node.func, ast.Name)
    name = node.func.id if own else getattr(node.func, "attr", "")
    owner = getattr(getattr(node.func, "value", None), "id", "")
    if name in RUNNING_CALLS and (owner, name) != ("re", "compile"):
        yield name
    if (owner, name) in (("np", "load"), ("numpy", "load"), ("torch", "load")):
        # Our own blocks of arrays, with no object among them, and that said.
        said = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
        if owner == "torch" or said.get("allow_pickle") is not False:
            yield f"{owner}.load"
    if any(k.arg == "allow_pickle" and getattr(k.value, "value", 1) for k in node.keywords):
        yield "allow_pickle"
    if (owner, name) == ("yaml", "load") and "Plain" not in ast.dump(node):
        yield "yaml.load"


def test_no_module_unpacks_or_runs_what_it_reads():
    found = {p.relative_to(ROOT).as_posix(): sorted(faults(p, p.read_text("utf-8"))) for p in CODE}
    # A checksum of a name: to seed a generator, to prefix the names in a drawing.
    known = {
        "workflow/ai_lifecycle/hardware/trends.py": ["zlib"],
        "workflow/ai_lifecycle/svg.py": ["zlib"],
    }
    assert {path: names for path, names in found.items() if names} == known


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "import zipfile",
        "def f(x):\n    import tarfile",
        "eval(cell)",
        "pd.read_pickle(path)",
        "np.load(path)",
        "np.load(path, allow_pickle=unknown)",
        "torch.load(path, allow_pickle=False)",
        "x.load(path, allow_pickle=True)",
        "yaml.load(text, Loader=yaml.Loader)",
        "yaml.unsafe_load(text)",
        "shutil.unpack_archive(path)",
    ],
)
def test_the_search_finds_what_it_is_for(code):
    assert list(faults(Path("workflow/scripts/x.py"), code))


def test_the_catalogue_holds_no_archive():
    """Nothing fetched has to be unpacked, so there is nothing to unpack too much or too far."""
    for dataset in sources.catalogue(ROOT / "data/sources.yaml").values():
        for file in dataset.files:
            # Program text is looked at for figures, as any text; that nothing runs it is above.
            assert re.search(r"\.(csv|json|ya?ml|md|txt|py)$", file.url), file.url
            assert file.bytes < 50_000_000


def archives():
    """A ZIP with a path that leaves its folder and much air, and a gzip of the same."""
    air = b"0" * 5_000_000
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../outside.csv", air)
    return body.getvalue(), gzip.compress(air)


@pytest.mark.parametrize("body", archives(), ids=["zip", "gzip"])
@pytest.mark.parametrize(
    "read",
    [
        lambda body: boavizta.read(body, "x.csv"),
        lambda body: chip_dataset.read(body, "x.csv"),
        lambda body: epoch.read(body, "x.csv"),
        lambda body: architectures.read(body, "x.csv"),
        lambda body: eia930.parse("PJM", body, rows=8760),
        lambda body: greensku.read({"greensku_cpu": body}),
        lambda body: measurements.text({measurements.INDEX: body}),
        lambda body: annual_intensity._entries("x", body, {"a"}),
    ],
    ids=[
        "boavizta",
        "chips",
        "epoch",
        "architectures",
        "eia930",
        "greensku",
        "ml_energy",
        "annual",
    ],
)
def test_an_archive_in_place_of_a_file_is_refused_unopened(read, body):
    tracemalloc.start()
    with pytest.raises(DataError):
        read(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip"])
def test_a_body_that_unpacks_to_too_much_is_cut_off(tmp_path, monkeypatch, encoding):
    """A server may compress what was not asked for; 64 MB of air come in 64 kB or less."""
    packed = gzip.compress(b"0" * 64_000_000)
    packed = gzip.compress(packed) if "," in encoding else packed

    def answer_bomb(self):
        self.head(Content_Length=len(packed), Content_Encoding=encoding)
        self.wfile.write(packed)

    monkeypatch.setattr(Handler, "answer_bomb", answer_bomb, raising=False)
    with misbehaving() as server, contextlib.ExitStack() as stack:
        file = store.File("a_source", f"{server.address}/bomb/x.csv", "0" * 64, len(BODY))
        patience = Patience(connect_s=5, read_s=5, total_s=30, attempts=1)
        downloader = Downloader(tmp_path, patience=patience, plain_loopback=True)
        stack.callback(downloader.close)
        tracemalloc.start()
        with pytest.raises(DataError, match="body is larger than declared"):
            downloader.fetch([file])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8_000_000
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("host", ["..", ".", "%2e%2e/..", "..:80"])
def test_a_host_of_dots_leaves_no_folder(host):
    with pytest.raises(DataError, match="no safe path"):
        store.relative_path(f"https://{host}/a/b.csv")


def test_a_folder_of_the_mirror_that_leads_out_is_refused(tmp_path):
    outside, mirror = tmp_path / "outside", tmp_path / "mirror"
    outside.mkdir()
    mirror.mkdir()
    (outside / "x.csv").write_bytes(BODY)
    (mirror / "example.org").symlink_to(outside)
    file = store.File("a_source", "https://example.org/x.csv", "0" * 64, len(BODY))
    downloader = Downloader(tmp_path / "store", mirror=mirror)
    with pytest.raises(DataError, match="leads out of the mirror"):
        downloader.fetch([file])


class Evil:
    """Makes a file when unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_pickle_in_the_metadata_of_a_table_is_not_opened(tmp_path):
    hit = tmp_path / "hit"
    payload = pickle.dumps(Evil(str(hit)))
    metadata = {b"ARROW:extension:name": b"arrow.py_extension_type",
                b"ARROW:extension:metadata": payload}  # fmt: skip
    name = "expected_rows"
    types = {"string": pa.string(), "integer": pa.int64()}
    fields = tables.declaration(name)
    schema = pa.schema([pa.field(n, types[f["dtype"]], metadata=metadata if not i else None)
                        for i, (n, f) in enumerate(fields.items())])  # fmt: skip
    row = {n: ["t" if f["dtype"] == "string" else 2022] for n, f in fields.items()}
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table(row, schema=schema).replace_schema_metadata({b"pandas": b"{"}), path)
    with contextlib.suppress(DataError):
        tables.read_parquet(path, name)
    assert not hit.exists()
    pickle.loads(payload).close()
    assert hit.exists()


@pytest.mark.parametrize("spoil", [b"", b"PAR1", b"PAR1" + b"\xff" * 200 + b"PAR1", None])
def test_what_is_no_parquet_is_refused(tmp_path, spoil):
    path = tmp_path / "x.parquet"
    good = (ROOT / "data/frozen/avert_hourly.parquet").read_bytes()
    path.write_bytes(good[: len(good) // 2] if spoil is None else spoil)
    with pytest.raises(DataError, match=r"x\.parquet: file (is no Parquet|cannot be read)"):
        tables.read_parquet(path, "avert_hourly")
    with pytest.raises(DataError, match="cannot be read"):
        tables.read_parquet(tmp_path / "nothing.parquet", "avert_hourly")
