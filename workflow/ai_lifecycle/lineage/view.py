"""The view of lineage in the report: artifact to sources, and source to artifacts.

What the page needs to do: read ``tables/lineage.csv`` and ``data/report_contents.csv``, call
`section`, and put the HTML that it returns where it belongs; it is one ``<section id="lineage">``
with headings of second and third level, lists of ``<details>``, and no script, style or outside
reference. Every text in it is escaped. `SEARCH` is a script for the end of the page: it shows the
two search fields, which are hidden without it, and filters the lists by what is typed. Names that
stand on the page (figures, tables: identifiers as in ``report_contents``) are links to them.
"""

import re

import jinja2

from ai_lifecycle.lineage import graph

HEADINGS = {
    "dataset": "Datasets",
    "package": "Packages of data",
    "facts": "Tables of facts",
    "constant": "Constants",
    "data": "Other tables of ours",
    "choice": "Choices of the configuration",
}
# Formats and notebooks of one thing stand as one.
FORMAT = re.compile(r"\.(?:svg|pdf|png|csv|html|ipynb|parquet|json)$")
ROOMS = ("figures", "tables")
# Headings say the room, so that names need not.
ROOM = re.compile(r"^(?:tables|figures|data/facts|data)/|(?<=\w)\.csv$")
SEARCH = """\
for (const field of document.querySelectorAll("[data-searches]")) {
  const items = [...document.getElementById(field.dataset.searches).children];
  const told = document.getElementById(field.dataset.searches + "-told");
  field.closest("p").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const name = item.dataset.name;
      item.hidden = !words.every((word) => name.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    told.textContent = shown + " of " + items.length;
  });
}
"""
TEMPLATE = """\
{% macro name(one, linked) %}
{%- if one.stem in linked %}<a href="#{{ one.stem }}">{{ one.name }}</a>{% else %}{{ one.name }}
{%- endif %}
{%- endmacro %}
{% macro listed(items, place, words) %}
<p hidden><label for="{{ place }}-search">{{ words }}</label> \
<input type="search" id="{{ place }}-search" data-searches="{{ place }}" autocomplete="off"> \
<span id="{{ place }}-told" role="status">{{ items|length }} of {{ items|length }}</span></p>
<ul id="{{ place }}" class="lineage">
{% for item in items %}
<li data-name="{{ item.search }}"><details><summary>{{ item.name }} \
<span class="meta">{{ item.meta }}</span></summary>
<dl>
{% for heading, names in item.groups %}
<dt>{{ heading }}</dt><dd>{% for one in names %}{{ name(one, linked) }}\
{{ "" if loop.last else ", " }}{% endfor %}</dd>
{% endfor %}
</dl></details></li>
{% endfor %}
</ul>
{% endmacro %}
<section aria-labelledby="lineage">
<h2 id="lineage">Lineage</h2>
<p>What every artifact rests on, and what rests on every source. Both lists are derived from the \
rules of the workflow and from the columns of the tables that name sources, not written by hand. \
They go by file, and for constants by constant: what is listed reads the file or what was made \
from it, and a change of one cell need not reach all of it. Documents of the bibliography go by \
the rows that name them. The graph itself is <a href="tables/lineage.csv">lineage.csv</a>.</p>
<h3 id="lineage-back">From an artifact to its sources</h3>
{{ listed(artifacts, "lineage-artifacts", "Find an artifact") }}
<h3 id="lineage-on">From a source to the artifacts that rest on it</h3>
{{ listed(origins, "lineage-origins", "Find a source") }}
</section>
"""


def section(frame, contents):
    """The view as HTML.

    Parameters
    ----------
    frame : DataFrame
        Table ``lineage``.
    contents : DataFrame
        Table ``report_contents``.

    Returns
    -------
    str
    """
    rows = [tuple(row) for row in frame[list(graph.COLUMNS)].itertuples(index=False, name=None)]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(TEMPLATE).render(
        artifacts=artifact_items(rows), origins=origin_items(rows), linked=set(contents["name"])
    )


def artifact_items(rows):
    """One entry for each artifact: what it rests on, by kind, and the rules on the way."""
    following = graph.neighbours(rows, forward=False)
    makers = {down: up for kind, up, down_kind, down, _ in rows if kind == "rule"}
    items = []
    for stem, paths in sorted(_stems(makers).items(), key=_by_room):
        found = graph.by_kind(graph.walk_on(following, ("artifact", paths[0])))
        own = sorted(
            {n for path in paths for k, n in following[("artifact", path)] if k == "source"}
        )
        groups = [("Sources named in its rows", own)] if own else []
        groups += [(words, found[kind]) for kind, words in HEADINGS.items() if kind in found]
        groups += [("Made by, last first", _rules_in_order(following, paths[0]))]
        formats = ", ".join(sorted(path.rpartition(".")[2] for path in paths))
        items.append(_item(stem, formats, groups))
    return items


def _by_room(entry):
    """Figures first, then tables, then what lies behind them."""
    room = entry[0].partition("/")[0]
    return (ROOMS.index(room) if room in ROOMS else len(ROOMS)), entry[0]


def _rules_in_order(following, path):
    """Rules behind an artifact, nearest first."""
    return [name for kind, name in graph.walk_on(following, ("artifact", path)) if kind == "rule"]


def origin_items(rows):
    """One entry for each source of any kind: the artifacts that rest on it.

    A document of the bibliography lists what names it, cell by cell; what rests on the tables of
    facts that name it stands with these.
    """
    following = graph.neighbours(rows, forward=True)
    items = []
    for kind in graph.ORIGINS:
        for node in sorted(node for node in following if node[0] == kind):
            if kind == "source":
                items.append(_source_item(node[1], graph.by_kind(following[node])))
                continue
            reached = graph.by_kind(graph.walk_on(following, node))
            stems = sorted(_stems(reached.get("artifact", [])))
            rooms = {"Tables": "tables/", "Figures": "figures/"}
            groups = [(words, [s for s in stems if s.startswith(r)]) for words, r in rooms.items()]
            shown = tuple(rooms.values())
            groups.append(("Others", [s for s in stems if not s.startswith(shown)]))
            meta = f"{HEADINGS[kind].lower()}, {_counted(stems)} by file"
            items.append(_item(node[1], meta, [g for g in groups if g[1]]))
    return items


def _source_item(name, named):
    """A document of the bibliography, and what names it."""
    stems = sorted(_stems(named.pop("artifact", [])))
    groups = [(HEADINGS[kind], names) for kind, names in named.items()]
    groups += [("Named in the rows of", stems)] if stems else []
    return _item(name, f"source, named in {_counted(stems)}", groups)


def _counted(stems):
    return "1 artifact" if len(stems) == 1 else f"{len(stems)} artifacts"


def _item(name, meta, groups):
    """An entry of a list: what is shown, what is searched, and the names below it."""
    return {
        "name": name,
        "meta": meta,
        "search": f"{name} {meta}".lower(),
        "groups": [
            (words, [{"name": ROOM.sub("", one), "stem": one.rpartition("/")[2]} for one in names])
            for words, names in groups
        ],
    }


def _stems(paths):
    """Artifacts by their path without the format."""
    found = {}
    for path in sorted(paths):
        found.setdefault(FORMAT.sub("", path), []).append(path)
    return found
