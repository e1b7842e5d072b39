"""JSON files as others publish them: no key twice, no number that JSON does not know."""

import json

from ai_lifecycle.errors import DataError


def read(payload, file):
    """The mapping that a JSON file holds.

    Parameters
    ----------
    payload : bytes
        UTF-8 without byte-order mark.
    file : str
        Name for messages.

    Raises
    ------
    DataError
        Bytes that are not UTF-8 or begin with a byte-order mark, text that is not JSON, ``NaN`` or
        ``Infinity``, a number beyond double precision, a key that stands twice, nesting too deep,
        anything but a mapping at the top.
    """
    if payload.startswith(b"\xef\xbb\xbf"):
        raise DataError("file begins with a byte-order mark", file=file, allowed="UTF-8 without")

    def once(pairs):
        seen = {}
        for key, value in pairs:
            if key in seen:
                raise DataError("key stands twice", file=file, key=key)
            seen[key] = value
        return seen

    def no_number(word):
        raise DataError("number is not one of JSON", file=file, found=word[:40])

    def finite(word):
        value = float(word)
        return value if abs(value) < float("inf") else no_number(word)

    def whole(word):
        return int(word) if len(word) < 20 else no_number(word)

    try:
        content = json.loads(
            payload.decode("utf-8"),
            object_pairs_hook=once,
            parse_constant=no_number,
            parse_float=finite,
            parse_int=whole,
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise DataError(f"file is not JSON in UTF-8: {fault}", file=file) from None
    except RecursionError:
        raise DataError("file is nested too deeply", file=file) from None
    if not isinstance(content, dict):
        raise DataError("file holds no mapping", file=file, found=type(content).__name__)
    return content
