"""What a written name of an accelerator means: the words of our names, in common spellings."""

import re

# Makers and words of every product: a name says the same without them.
EMPTY = frozenset({
    "nvidia", "tesla", "amd", "radeon", "instinct", "google", "cloud", "aws", "amazon", "intel",
    "habana", "graphcore", "cerebras", "microsoft", "meta", "groq", "gpu", "gpus", "accelerator",
})  # fmt: skip
MEMORY = re.compile(r"hbm\d?e?")
TOGETHER = re.compile(r"(tpu)(v\d\w*)")
BRACKETS = re.compile(r"\(([a-z]+)\)")


def words(text):
    """Words of a name, without those that say nothing.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Lower case; a number joined with the unit after it or the letters before it: ``80 GB`` is
        80gb, ``Gaudi 2`` is gaudi2; ``TPUv4`` is tpu, v4.
    """
    out = []
    for word in re.split(r"[\s\-_/()]+", TOGETHER.sub(r"\1 \2", str(text).casefold())):
        if not word or word in EMPTY or MEMORY.fullmatch(word):
            continue
        joins_before = word.isdigit() and out and out[-1].isalpha()
        if out and (joins_before or (word == "gb" and out[-1].isdigit())):
            out[-1] += word
        else:
            out.append(word)
    return out


def own(name):
    """Words that a name must hold to mean this accelerator: up to its first with a number.

    Parameters
    ----------
    name : str
        Of our tables.

    Returns
    -------
    list of set of str
        One of these; a word alone in brackets, as Trillium, says it too.
    """
    mine = words(name)
    numbered = next((i for i, word in enumerate(mine) if re.search(r"\d", word)), len(mine) - 1)
    return [set(mine[: numbered + 1]), *({word} for word in BRACKETS.findall(name.casefold()))]


def _says(asked, mine):
    """Whether a word asked is one of a name; a socket says nothing of its generation."""
    return asked in mine or (asked == "sxm" and any(word.startswith("sxm") for word in mine))


def matching(text, names):
    """Accelerators that a written name may mean.

    Parameters
    ----------
    text : str
    names : sequence of str
        Of our tables.

    Returns
    -------
    list of str
        Those whose own words are all asked for, and that have all words asked for; in order.
    """
    asked = words(text)
    return [
        name
        for name in names
        if any(needed <= set(asked) for needed in own(name))
        and all(_says(word, words(name)) for word in asked)
    ]
