"""Drawings written small: the same picture in about a third of the bytes.

Matplotlib writes coordinates to a millionth of a point, wraps every stroke in a named group,
repeats its style word by word and draws each dot of a hatching as eight Bézier curves. Here
coordinates are kept to a hundredth of a point (0.0035 mm, a twentieth of the thinnest line), groups
that say nothing are dissolved, a style that stands often stands once, and a circle is an arc.
"""

import math
import re
import xml.etree.ElementTree as ElementTree
import zlib

DECIMALS = 2
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
GROUP, TEXT, STYLE, USE, PATH = (
    f"{{{SVG}}}{name}" for name in ("g", "text", "style", "use", "path")
)
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
TOKEN = re.compile(rf"[MLQCZz]|{NUMBER.pattern}")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
COUNT = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}
CIRCLE = ["M", *"CCCCCCCC", "z"]
COORDINATES = ("x", "y", "width", "height", "cx", "cy", "r")
UNTURNED = re.compile(r"^rotate\(-?0(?:\.0+)? [^)]*\)$")
# A class costs its rule in the style sheet; below this many uses it does not pay.
FEWEST_USES = 3
# What a group does not hand down to its members, or the sheet sets on each of them.
NOT_INHERITED = re.compile(r"(?:^|[\s;])opacity:|stroke-line(?:join|cap):")


def compact(text, salt):
    """The same drawing in fewer bytes.

    Parameters
    ----------
    text : str
        SVG as Matplotlib writes it.
    salt : str
        Begins the names of classes and definitions, so that drawings can stand inline on one
        page. Letters, digits and underscores.

    Returns
    -------
    str
        SVG; equal input gives equal output.
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(text)
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    _tidy(root, in_text=False)
    _rename(root, salt)
    _dissolve(root)
    _group(root, _share_styles(root, salt))
    body = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def salt(stem):
    """Five letters and digits that begin the names in one drawing and in no other."""
    return f"d{zlib.crc32(stem.encode()):08x}"[:5]


def rounded(number):
    """A coordinate in points, as text."""
    text = f"{float(number):.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def path_data(data):
    """Path data with rounded coordinates, circles as arcs, no command written twice running."""
    parts, previous = [], ""
    for figure in _figures(data):
        arc = _arc(figure)
        if arc:
            parts.append(arc)
            previous = ""
            continue
        for command, numbers in figure:
            words = " ".join(map(rounded, numbers))
            parts.append((" " if command == previous else command) + words)
            previous = "L" if command == "M" else command
    return "".join(parts)


def _figures(data):
    """Path data as figures, each a list of (command, numbers) from its M on."""
    tokens, figures, position = TOKEN.findall(data), [], 0
    while position < len(tokens):
        command = tokens[position].replace("Z", "z")
        numbers = [float(n) for n in tokens[position + 1 : position + 1 + COUNT[command]]]
        if command == "M" or not figures:
            figures.append([])
        figures[-1].append((command, numbers))
        position += 1 + COUNT[command]
    return figures


def _arc(figure):
    """The figure as two arcs if it is a circle of eight curves, as Matplotlib draws it."""
    if [command for command, _ in figure] != CIRCLE:
        return None
    corners = [numbers[-2:] for command, numbers in figure if command == "C"]
    x, y = (math.fsum(corner[axis] for corner in corners) / len(corners) for axis in (0, 1))
    radii = [math.dist(corner, (x, y)) for corner in corners]
    if max(radii) - min(radii) > 10.0**-DECIMALS / 4:
        return None
    radius, across = f"{radii[0]:.3g}", f"{2 * radii[0]:.3g}"
    # A ring is a circle with another, drawn the other way round, in it.
    sweep = int(_area(corners) > 0)
    arc = f"{radius} {radius} 0 1 {sweep}"
    return f"M{rounded(x - radii[0])} {rounded(y)}a{arc} {across} 0 {arc} -{across} 0z"


def _area(corners):
    """Twice the area of a polygon, signed by the way round."""
    following = [*corners[1:], corners[0]]
    return math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(corners, following, strict=True))


def _tidy(element, in_text):
    """Round coordinates, drop blanks and rotations by nothing; all the way down."""
    if "d" in element.attrib:
        element.set("d", path_data(element.get("d")))
    for name in COORDINATES:
        if NUMBER.fullmatch(element.get(name, "")):
            element.set(name, rounded(element.get(name)))
    turn = element.get("transform", "")
    if UNTURNED.match(turn):
        del element.attrib["transform"]
    elif turn.startswith(("rotate", "translate")) and "scale" not in turn:
        element.set("transform", NUMBER.sub(lambda match: rounded(match[0]), turn))
    in_text = in_text or element.tag in (TEXT, STYLE)
    if not in_text:
        element.text = None
    for child in element:
        _tidy(child, in_text)
        if not in_text:
            child.tail = None


def _rename(root, salt):
    """Short names for what is referred to, none for the rest."""
    short = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            for old in [value[1:]] if name == HREF else REFERENCE.findall(value):
                short.setdefault(old, f"{salt}{len(short)}")
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id":
                del element.attrib[name]
                if value in short:
                    element.set(name, short[value])
            elif name == HREF:
                element.set(name, "#" + short[value[1:]])
            else:
                element.set(name, REFERENCE.sub(lambda m: f"url(#{short[m[1]]})", value))


def _dissolve(element):
    """Put the children of groups without attributes in the place of the group."""
    children = []
    for child in element:
        _dissolve(child)
        silent = child.tag == GROUP and not child.attrib
        children += list(child) if silent else [child]
    element[:] = children


def _share_styles(root, salt):
    """Write a style that stands often once, as a class; the classes that a group can hand down."""
    count = {}
    for element in root.iter():
        style = element.get("style")
        if style:
            count[style] = count.get(style, 0) + 1
    often = [style for style, uses in count.items() if uses >= FEWEST_USES]
    names = {style: f"{salt}s{number}" for number, style in enumerate(often)}
    for element in root.iter():
        if element.get("style") in names:
            element.set("class", names[element.attrib.pop("style")])
    sheet = root.find(f"{{{SVG}}}defs/{STYLE}")
    sheet.text += "".join(f"\n.{name}{{{style}}}" for style, name in names.items())
    return {name for style, name in names.items() if not NOT_INHERITED.search(style)}


def _group(root, inherited):
    """Neighbours of one class, if a group can hand it down, take it from a group."""
    for parent in list(root.iter()):
        children = []
        for child in parent:
            name = child.get("class")
            if name in inherited and child.tag in (USE, PATH, TEXT):
                last = children[-1] if children else None
                if last is None or last.tag != GROUP or last.attrib != {"class": name}:
                    children.append(ElementTree.Element(GROUP, {"class": name}))
                del child.attrib["class"]
                children[-1].append(child)
            else:
                children.append(child)
        parent[:] = [_alone(child) for child in children]


def _alone(child):
    """A group of one is that one."""
    if child.tag != GROUP or set(child.attrib) != {"class"} or len(child) != 1:
        return child
    child[0].set("class", child.get("class"))
    return child[0]
