"""What a feed wrote, as a terminal or page may show it: nothing moves a cursor, turns the reading order or hides."""

import unicodedata

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def legible(text: str, keep: str = "") -> str:
    r"""Answer a text in NFC with each control or invisible character written out, as \x1b or \u202e.

    Shown only: evidence, exports and identities keep their bytes. `keep` lists what the place itself can take, such as
    line ends.
    """
    normal = unicodedata.normalize("NFC", text)
    return "".join(one if one in keep or unicodedata.category(one) not in UNSEEN else _written(one) for one in normal)


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
