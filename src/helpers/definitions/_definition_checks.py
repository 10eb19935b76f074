"""What a single entry of a reference file must satisfy beyond its type; pydantic calls these."""

from typing import Annotated

from pydantic import Field, ValidationInfo
from pydantic_core import PydanticCustomError

Key = tuple[str, str]
Fraction = Annotated[float, Field(strict=True, gt=0, lt=1)]


def filled(entries: object) -> object:
    """Refuse an empty list; said before its entries are looked at, so that a fault is named once."""
    if entries == []:
        raise PydanticCustomError("definition_empty", "must hold at least one entry")
    return entries


def complete(colours: dict[str, str]) -> dict[str, str]:
    """Refuse a palette that leaves out a direction of change."""
    missing = [name for name in ("improved", "unchanged", "declined") if name not in colours]
    if missing:
        raise PydanticCustomError("definition_colour", f"has no colour for {', '.join(missing)}")
    return colours


def known_key(key: Key, info: ValidationInfo) -> Key:
    """Refuse a (unit, item) that the codebook does not have; the codebook comes as validation context."""
    items = (info.context or {}).get("items")
    if items is not None and key not in items:
        raise PydanticCustomError(
            "definition_item", f"sociale_balans.csv has no item '{key[1]}' of unit '{key[0]}'"
        )
    return key
