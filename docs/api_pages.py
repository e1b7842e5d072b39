"""Pages of the API: one for the border of the package, one for each of its rooms."""

import ast


def rooms(package):
    """Modules by room, of the package's folder.

    Returns
    -------
    dict of str to list of str
        Dotted modules in order; those of no room under the name of the package.
    """
    found = {}
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package.parent).with_suffix("")
        parts = [part for part in inside.parts if part != "__init__"]
        room = parts[1] if len(inside.parts) > 2 else package.name
        if path.name != "__init__.py":
            found.setdefault(room, []).append(".".join(parts))
    return dict(sorted(found.items()))


def write(package, folder):
    """Write the pages and their index; a page that is as it was is left alone."""
    folder.mkdir(exist_ok=True)
    pages = {}
    for room, modules in rooms(package).items():
        lines = [room, "=" * len(room), "", says(package, room), ""]
        for module in modules:
            lines += [module, "-" * len(module), ""]
            lines += [f".. automodule:: {module}", "   :members:", ""]
        pages[f"{room}.rst"] = "\n".join(lines)
    entries = "\n".join(f"   {name.removesuffix('.rst')}" for name in pages)
    title = "Public functions"
    pages["index.rst"] = f"{title}\n{'=' * len(title)}\n\n.. toctree::\n\n{entries}\n"
    for name, text in pages.items():
        page = folder / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    for page in folder.glob("*.rst"):
        if page.name not in pages:
            page.unlink()


def says(package, room):
    """First docstring of a room."""
    start = package / "__init__.py" if room == package.name else package / room / "__init__.py"
    return ast.get_docstring(ast.parse(start.read_text(encoding="utf-8"))) or ""
