"""Configuration and catalogues held against their JSON schema, with messages for people."""

from pathlib import Path

import yaml

from ai_lifecycle import lean_imports
from ai_lifecycle.errors import DataError, nearest


def check(document, schema_path, file):
    """Refuse a document that breaks its schema, naming key, value and what is allowed.

    Parameters
    ----------
    document : dict
        Parsed YAML.
    schema_path : str or Path
        JSON schema, as YAML.
    file : str
        Name to give in the message.

    Raises
    ------
    DataError
        For the first fault in document order.
    """
    # It would build a grammar of RFC 3987: a second for a check that we never use. Jobs that check
    # no schema do without all of it.
    with lean_imports.without("rfc3987_syntax"):
        import jsonschema

    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    # A misspelt entry explains a missing one, so it is told first.
    faults = sorted(
        validator.iter_errors(document),
        key=lambda f: (f.validator == "contains", [str(p) for p in f.path]),
    )
    if not faults:
        return
    fault = faults[0]
    key = ".".join(str(part) for part in fault.absolute_path)
    if fault.validator == "additionalProperties":
        known = list(fault.schema.get("properties", {}))
        stray = next(name for name in fault.instance if name not in known)
        raise DataError(
            "unknown key",
            file=file,
            key=f"{key}.{stray}".lstrip("."),
            found=stray,
            allowed=known,
        )
    if fault.validator == "required":
        absent = [name for name in fault.validator_value if name not in fault.instance]
        raise DataError(
            "key is missing",
            file=file,
            key=f"{key}.{absent[0]}".lstrip("."),
            allowed=fault.schema["properties"][absent[0]].get("description", "a value"),
        )
    raise DataError(
        _complaint(fault),
        file=file,
        key=key or "(top level)",
        found=fault.instance,
        allowed=_allowed(fault),
    )


def with_switches(document, schema_path):
    """A copy in which ``true`` and ``false`` given as words on the command line are Booleans.

    Parameters
    ----------
    document : dict
        Configuration; ``snakemake --config key=true`` hands over the word.
    schema_path : str or Path
        JSON schema, as YAML; only keys that it calls boolean are touched.

    Returns
    -------
    dict
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    words = {"true": True, "false": False}
    booleans = {k for k, v in schema["properties"].items() if v.get("type") == "boolean"}
    return {
        key: words.get(value, value) if key in booleans and isinstance(value, str) else value
        for key, value in document.items()
    }


def switch(name, environment, default):
    """An on-off setting that the environment may override.

    Parameters
    ----------
    name : str
        Environment variable; unset or empty gives `default`.
    environment : mapping of str to str
    default : bool

    Raises
    ------
    DataError
        When the variable holds anything but 1, 0, true or false.
    """
    word = environment.get(name, "").lower()
    if not word:
        return default
    words = {"1": True, "true": True, "0": False, "false": False}
    if word not in words:
        raise DataError(
            "environment variable is neither on nor off",
            key=name,
            found=environment[name],
            allowed="1, 0, true or false",
        )
    return words[word]


def _complaint(fault):
    words = {
        "type": "value is of the wrong type",
        "enum": "value is not one of the allowed",
        "minimum": "value is too small",
        "maximum": "value is too large",
        "exclusiveMinimum": "value is too small",
        "exclusiveMaximum": "value is too large",
        "pattern": "value has the wrong form",
        "minItems": "list is too short",
        "uniqueItems": "list repeats an entry",
        "contains": "list lacks an entry that is always needed",
    }
    return words.get(fault.validator, fault.message)


def _allowed(fault):
    if fault.validator == "enum":
        guess = nearest(fault.instance, fault.validator_value)
        listed = ", ".join(str(v) for v in fault.validator_value)
        return listed + (f"; nearest: {guess}" if guess else "")
    limits = {
        "type": "{}",
        "minimum": "at least {}",
        "maximum": "at most {}",
        "exclusiveMinimum": "more than {}",
        "exclusiveMaximum": "less than {}",
        "pattern": "text matching {}",
        "minItems": "at least {} entries",
        "uniqueItems": "each entry once",
    }
    if fault.validator == "contains":
        return f"a list with {fault.validator_value['const']} in it"
    described = fault.schema.get("description", "")
    rule = limits.get(fault.validator, "see the schema").format(fault.validator_value)
    return f"{rule} ({described})" if described else rule
