"""The XML of a workbook's parts, looked through before calamine is given them.

calamine passes over some things without a word and trusts others; what it would not read as it stands is refused here.
"""

import re
from collections import deque
from xml.parsers import expat

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of any sheet
_DIGITS = "0123456789"
_FIRST_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")


class SheetError(ValueError):
    """The file is no sheet of ICE's that can be read; the message says what was expected and what was found."""


def check(content: bytes, path: str) -> None:
    """Raises SheetError where the part `path` is not well-formed or holds what no workbook does."""
    _parse(_parser(path), content, path)


def elements(content: bytes, path: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part in order: local name, and attributes, one of a namespace as "namespace name"."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser(path)
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(" ")[2], attributes))
    _parse(parser, content, path)
    return found


def _parse(parser: expat.XMLParserType, content: bytes, path: str) -> None:
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} is damaged ({said(error)}).") from error


def _parser(path: str) -> expat.XMLParserType:
    """A parser for one part, which refuses what no workbook holds and calamine would pass over without a word."""

    def refuse_document_type(*_: object) -> None:
        raise has_document_type(path)

    def refuse_section() -> None:
        raise SheetError(f"Expected an .xlsx workbook; its part {path} holds a CDATA section, which none does.")

    parser = expat.ParserCreate("UTF-8", " ")
    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.StartCdataSectionHandler = refuse_section
    return parser


class SheetLook:
    """One pass over a sheet's XML: what calamine leaves out of it, and whether calamine can be given it.

    calamine lays out every cell between the first and the last, so one stray cell could cost gigabytes, and goes by
    local names alone; so do we. `first` is the first row that holds a value, 0 where none does. Of `errors` (#N/A),
    `formulas` and `links` (relationship ids) the keys are row and column, from 1.
    """

    def __init__(self, content: bytes, path: str, max_rows: int, max_columns: int) -> None:
        self.path = path
        self.max_rows = max_rows
        self.max_columns = max_columns
        self.parser = _parser(path)
        self.parser.StartElementHandler = self._start
        self.first = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.links: dict[tuple[int, int], str] = {}
        # The element that ended last. Kept by a method of a deque: a call of ours for each would take a quarter longer.
        self._ended: deque[str] = deque([""], maxlen=1)
        self._data = ""
        self._kinds: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._digits = ""
        self._type: str | None = None
        self._has_value = False
        self._has_data = False
        self._texts: list[str] = []
        self._into: dict[tuple[int, int], str] | None = None
        self._shared: dict[str, str] = {}
        self._share = ""
        _parse(self.parser, content, path)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = name.rpartition(" ")[2]
        if kind == "c":
            self._start_cell(attributes)
        elif kind == "v" or kind == "is":
            if self._has_value or not self._column or not self._data:
                raise self._damaged(f"a value in row {self._row} is not in order")
            self._has_value = True
            self._stands()
            if self._type == "e" and kind == "v":
                self._take_text(self.errors)
        elif kind == "row":
            self._start_row(attributes)
        elif kind == "f" and self._is_in_data():
            self._start_formula(attributes)
        elif kind == "hyperlink":
            self._add_link(attributes)
        elif kind == "sheetData":
            if self._has_data:
                raise self._damaged("it holds two sets of rows")
            self._has_data = True
            self._data = name
            self.parser.EndElementHandler = self._ended.append
        else:
            self._is_in_data()

    def _end_text(self, name: str) -> None:
        """The end of an error value or a formula, which hold nothing but text."""
        if self._into is not None:
            text = "".join(self._texts)
            if self._share:
                # As the cell that shares it has it; where this one stands is not worked into it.
                text = text or self._shared.get(self._share, "")
                self._shared[self._share] = text
            self._into[self._row, self._column] = text
            self._into = None
        self._share = ""
        self.parser.CharacterDataHandler = None
        self.parser.EndElementHandler = self._ended.append
        self._ended.append(name)

    def _start_row(self, attributes: dict[str, str]) -> None:
        digits = attributes.get("r") or str(self._row + 1)
        number = int(digits) if len(digits) <= 7 and digits.isascii() and digits.isdigit() else 0
        if not self._row < number <= _LAST_ROW or not self._is_in_data():
            raise self._damaged(f"its row {digits[:20]!r} is not in order")
        self._row, self._digits, self._column = number, str(number), 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._ended[0] == self._data:
            raise self._damaged("a cell stands outside its rows")
        column = self._column + 1
        if reference := attributes.get("r"):
            letters = reference.rstrip(_DIGITS)
            column = self._columns.get(letters) or self._read_column(letters)
            if column <= self._column or reference[len(letters) :] != self._digits:
                raise self._damaged(f"its cell {reference[:20]!r} is not in order")
        self._column = column
        self._type = attributes.get("t")
        self._has_value = False

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._stands()
        self._share = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        self._take_text(self.formulas)

    def _stands(self) -> None:
        """Bounds where a cell with a value or formula stands."""
        self.first = self.first or self._row
        if self._column > self.max_columns:
            raise too_many_columns(self._row, self.max_columns)
        if self._row - self.first >= self.max_rows:
            raise too_many_rows(self.max_rows)

    def _take_text(self, into: dict[tuple[int, int], str]) -> None:
        self._into = into
        self._texts = []
        self.parser.CharacterDataHandler = self._texts.append
        self.parser.EndElementHandler = self._end_text

    def _add_link(self, attributes: dict[str, str]) -> None:
        """A link's relationship, for its cell; for a linked range, its first cell."""
        if first := _FIRST_CELL.match(attributes.get("ref", "")):
            key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
            self.links[int(first[2]), self._read_column(first[1])] = key

    def _read_column(self, letters: str) -> int:
        number = 0
        for letter in letters.upper() if len(letters) <= 3 and letters.isascii() and letters.isalpha() else "":
            number = number * 26 + ord(letter) - ord("A") + 1
        if not 0 < number <= _LAST_COLUMN:
            raise self._damaged(f"it has a column {letters[:20]!r}")
        self._columns[letters] = number
        return number

    def _is_in_data(self) -> bool:
        if self._data and self._ended[0] == self._data:
            self._data = ""
            self.parser.EndElementHandler = None
        return bool(self._data)

    def _damaged(self, what: str) -> SheetError:
        return SheetError(f"Expected an .xlsx workbook; its part {self.path} is damaged ({what}).")


def has_document_type(path: str) -> SheetError:
    return SheetError(f"Expected an .xlsx workbook; its part {path} declares a document type, which none does.")


def too_many_rows(limit: int) -> SheetError:
    return SheetError(f"Expected at most {limit:,} rows; the sheet has more.")


def too_many_columns(number: int, limit: int) -> SheetError:
    return SheetError(f"Expected at most {limit} columns; row {number} has more.")


def said(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
