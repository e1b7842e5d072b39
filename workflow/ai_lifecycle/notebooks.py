"""Executed notebooks whose bytes depend on nothing but the notebook and what it reads."""

import copy
import importlib.util
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from ai_lifecycle import lean_imports, tables
from ai_lifecycle.errors import DataError

# nbformat imports it, with a grammar that takes a second to build and serves no check of ours.
with lean_imports.without("rfc3987_syntax"):
    import jsonschema  # noqa: F401

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
CELL_TIMEOUT_SECONDS = 120
KERNEL_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "NO_COLOR": "1",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
}
# What a user's shell may set that would change a cell's output or run foreign code.
REMOVED_FROM_ENVIRONMENT = ("COLUMNS", "FORCE_COLOR", "LINES", "PYTHONSTARTUP", "PYTHONWARNINGS")
OBJECT_ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")


def load(path):
    """A stored notebook: outputs empty, every cell with an id of its own.

    Raises
    ------
    DataError
        Naming the file and the cell that breaks this.
    """
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as fault:
        raise DataError(f"not a notebook: {_first_line(fault)}", file=path) from None
    raw = json.loads(Path(path).read_text(encoding="utf-8"))
    seen = set()
    for number, cell in enumerate(raw["cells"], start=1):
        if not cell.get("id") or cell["id"] in seen:
            raise DataError(
                "cell without an id of its own",
                file=path,
                row=f"cell {number}",
                found=cell.get("id"),
            )
        seen.add(cell["id"])
        if cell.get("outputs") or cell.get("execution_count"):
            raise DataError(
                "notebook is stored with outputs",
                file=path,
                row=f"cell {number}",
                allowed="cells without outputs and execution counts",
            )
    return notebook


def execute(path, *, results, folder="."):
    """Run a stored notebook from the top in a kernel of its own.

    Parameters
    ----------
    path : str or Path
        Stored notebook.
    results : str
        Folder of results that the notebook reads, relative to `folder`; it arrives in the
        environment variable ``AI_LIFECYCLE_RESULTS``.
    folder : str or Path
        Working directory of the kernel.

    Returns
    -------
    NotebookNode
        The notebook with its outputs, with fixed metadata.

    Raises
    ------
    DataError
        A cell fails, warns, or prints an absolute path or the address of an object.

    Notes
    -----
    The kernel is this interpreter's ipykernel whatever kernels the user has installed, speaks
    over sockets in a temporary folder (no port is opened), and keeps no history.
    """
    import nbclient

    notebook = load(path)
    notebook.metadata = copy.deepcopy(METADATA)
    with tempfile.TemporaryDirectory(prefix="kernel") as private:
        client = nbclient.NotebookClient(
            notebook,
            km=_kernel_manager(private),
            timeout=CELL_TIMEOUT_SECONDS,
            record_timing=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            # A manager passed in is ours to end; nothing is left in the kernel to end gracefully.
            client.execute(cleanup_kc=True, env=_kernel_environment(private, results))
        except nbclient.exceptions.CellExecutionError as fault:
            raise DataError(
                f"a cell failed: {fault.ename}: {_first_line(fault.evalue)}",
                file=path,
                row=f"cell {_failed_cell(notebook)}",
            ) from None
        except nbclient.exceptions.CellTimeoutError:
            raise DataError(
                "a cell ran too long", file=path, allowed=f"{CELL_TIMEOUT_SECONDS} s a cell"
            ) from None
        _refuse_machine_traces(
            notebook, path, (private, os.path.abspath(folder), str(Path.home()), sys.prefix)
        )
    notebook.metadata = copy.deepcopy(METADATA)
    return notebook


def _kernel_manager(private):
    from jupyter_client import AsyncKernelManager
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    class ThisInterpreter(KernelSpecManager):
        """Only one kernel: the interpreter that asks."""

        def get_kernel_spec(self, kernel_name):
            command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(
                argv=[*command, "--HistoryManager.enabled=False"],
                language="python",
                display_name="Python 3",
            )

    return AsyncKernelManager(
        kernel_spec_manager=ThisInterpreter(),
        transport="ipc",
        ip=str(Path(private, "socket")),
        connection_file=str(Path(private, "connection.json")),
    )


def _kernel_environment(private, results):
    kept = {k: v for k, v in os.environ.items() if k not in REMOVED_FROM_ENVIRONMENT}
    package = importlib.util.find_spec("matplotlib").submodule_search_locations[0]
    return (
        kept
        | KERNEL_ENVIRONMENT
        | {
            "AI_LIFECYCLE_RESULTS": str(results),
            "IPYTHONDIR": private,
            "JUPYTER_CONFIG_DIR": private,
            "JUPYTER_RUNTIME_DIR": private,
            # matplotlib's own settings, not those in the user's home
            "MATPLOTLIBRC": str(Path(package, "mpl-data", "matplotlibrc")),
        }
    )


def _failed_cell(notebook):
    for number, cell in enumerate(notebook.cells, start=1):
        if any(out.output_type == "error" for out in cell.get("outputs", [])):
            return number
    return "unknown"


def _refuse_machine_traces(notebook, path, folders):
    """Refuse outputs that another machine, folder or run would not give."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            where = {"file": path, "row": f"cell {number}"}
            if output.get("name") == "stderr":
                raise DataError("a cell warns", found=output.text.strip()[-300:], **where)
            text = json.dumps(output)
            address = OBJECT_ADDRESS.search(text)
            if address:
                raise DataError("a cell prints the address of an object", found=address[0], **where)
            for folder in folders:
                if len(folder) > 1 and re.search(re.escape(json.dumps(folder)[1:-1]) + r"\b", text):
                    raise DataError("a cell prints an absolute path", found=folder, **where)


def _first_line(fault):
    lines = str(fault).strip().splitlines()
    return lines[0] if lines else type(fault).__name__


def write(notebook, path):
    """Write a notebook as nbformat does, in one step."""
    import nbformat

    text = nbformat.writes(notebook)
    tables.write_bytes(path, text.rstrip("\n").encode("utf-8") + b"\n")
