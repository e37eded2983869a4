"""What a schema and what a Struct say about a value, in one form; and values that a schema allows."""

from msgspec import inspect

LIMITS = {"minimum": "ge", "maximum": "le", "minLength": "min_length", "maxLength": "max_length"}
NAMES = {inspect.IntType: "integer", inspect.StrType: "string", inspect.BoolType: "boolean"}


def properties(part, path=""):
    """Every property of a schema, however deep, with its path."""
    for name, one in part.get("properties", {}).items():
        yield f"{path}.{name}", one
        yield from properties(one, f"{path}.{name}")
        yield from properties(one.get("items", {}), f"{path}.{name}[]")


def said(part):
    """What a schema says about a value, in the form of `known`."""
    names = part["type"] if isinstance(part["type"], list) else [part["type"]]
    about = {"types": sorted(names)} | {bound: part[bound] for bound in LIMITS if bound in part}
    if "enum" in part:
        about["enum"] = part["enum"]
    if "properties" in part:
        about["fields"] = {name: said(one) for name, one in part["properties"].items()}
        about["required"] = sorted(part.get("required", []))
    if "items" in part:
        about["items"] = said(part["items"])
    if isinstance(part.get("additionalProperties"), dict):
        about["values"] = said(part["additionalProperties"])
    return about


def known(kind):
    """What a Struct's type says about a value."""
    match kind:
        case inspect.UnionType():
            about = known(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
            about["types"] = sorted([*about["types"], "null"])
            about |= {"enum": [*about["enum"], None]} if "enum" in about else {}
        case inspect.StructType():
            about = {"types": ["object"], **fields(kind)}
        case inspect.EnumType():
            about = {"types": ["string"], "enum": [member.value for member in kind.cls]}
        case inspect.VarTupleType() | inspect.ListType():
            about = {"types": ["array"], "items": known(kind.item_type)}
        case inspect.DictType():
            about = {"types": ["object"], "values": known(kind.value_type)}
        case inspect.AnyType():
            about = {"types": ["array", "boolean", "integer", "null", "object", "string"]}
        case _:
            limits = {bound: getattr(kind, limit, None) for bound, limit in LIMITS.items()}
            about = {bound: limit for bound, limit in limits.items() if limit is not None}
            about["types"] = [NAMES[type(kind)]]
    return about


def fields(struct):
    """The fields of a Struct by their names on the wire, and which of them must be there."""
    return {
        "fields": {one.encode_name: known(one.type) for one in struct.fields},
        "required": sorted(one.encode_name for one in struct.fields if one.required),
    }


def instance(part, chance):
    """A value that the schema allows, near its bounds more often than not."""
    if "const" in part:
        return part["const"]
    if "enum" in part:
        return chance.choice(part["enum"])
    if "pattern" in part:
        return part["examples"][0]
    name = chance.choice(part["type"]) if isinstance(part["type"], list) else part["type"]
    return MAKERS[name](part, chance)


def number(part, chance):
    """A bound, or a number between the bounds."""
    low, high = part["minimum"], part["maximum"]
    return chance.choice([low, high, chance.randint(low, high)])


def text(part, chance):
    """A text of the least or the greatest length, of characters that take three bytes."""
    return "字" * chance.choice([part.get("minLength", 0), part["maxLength"]])


def members(part, chance):
    """An object with all that must be there and half of what may."""
    if "properties" not in part:
        return {"orders": instance(part["additionalProperties"], chance)}
    always = part.get("required", [])
    kept = [name for name in part["properties"] if name in always or chance.random() < 0.5]
    return {name: instance(part["properties"][name], chance) for name in kept}


MAKERS = {
    "integer": number,
    "string": text,
    "object": members,
    "boolean": lambda _part, chance: chance.random() < 0.5,
    "array": lambda part, chance: [instance(part["items"], chance) for _ in range(chance.randrange(3))],
    "null": lambda _part, _chance: None,
}
