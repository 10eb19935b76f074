"""What a sheet of the workbook holds, written as the contract of the CSV files says."""

from datetime import datetime


def as_csv(sheet) -> list[list[str]]:
    """The rows of a sheet, header first, as the texts of a CSV."""
    return [[_text(value) for value in row] for row in sheet.values]


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return repr(value) if isinstance(value, float) else str(value)
