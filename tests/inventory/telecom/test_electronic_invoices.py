"""Electronic invoices: EDIFACT INVOIC, ZUGFeRD within a PDF, lines finer than a cent.

Messages are written after the directory D.01B and the syntax bindings of EN 16931.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from fractions import Fraction

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from inventory.kernel.errors import Invalid, InvalidRows
from inventory.kernel.money import round_half_up
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.drafts import InvoiceDraft, totals_of
from inventory.telecom.billing.line_rounding import whole_amounts
from inventory.telecom_expense.invoices import read_file
from tests.inventory.telecom.test_invoice_files import CII, LAYOUTS, TELEKOM

HEAD = (
    "UNB+UNOC:3+4000000000006:14+4000000000013:14+261102:0315+77'"
    "UNH+1+INVOIC:D:01B:UN:EAN010'BGM+380+7301-2026-11+9'"
    "DTM+137:20261102:102'DTM+263:2026100120261031:718'"
    "RFF+ADE:5012345'NAD+SE+4000000000006::9'NAD+IV+4000000000013::9'CUX+2:EUR:4'"
    "PAT+1'DTM+13:20261116:102'"
)
LINES = (
    "LIN+1'IMD+F++F88:::0171 2345678'IMD+F++:::Grundpreis Business Mobil L'"
    "QTY+47:1'MOA+203:19.9500'TAX+7+VAT+++:::19'"
    "LIN+2'IMD+F++B01:::?+49 171 2345678'IMD+F++:::Verbindungen ?+ Daten'"
    "QTY+47:1250'MOA+203:1.2345'TAX+7+VAT+++:::19'"
    "LIN+3'IMD+F++06:006:193:8949020000123456783'FTX+AAI+++MultiSIM'"
    "MOA+203:4.1255'TAX+7+VAT+++:::19'"
)
SUMS = "UNS+S'MOA+79:25.31'MOA+77:30.12'MOA+125:25.31'MOA+124:4.81'UNT+30+1'UNZ+1+77'"


def read(text: str, said: Said | None = None) -> InvoiceDraft:
    """Return the one invoice of an interchange."""
    (draft,) = read_file(text.encode("latin-1"), LAYOUTS["purser"], said or Said())
    return draft


def test_an_invoice_by_edifact() -> None:
    draft = read(f"UNA:+.? '\r\n{HEAD}{LINES}{SUMS}")
    assert [(one.key, one.text, one.net) for one in draft.lines] == [
        ("0171 2345678", "Grundpreis Business Mobil L", 1995),
        ("+49 171 2345678", "Verbindungen + Daten", 123),
        ("8949020000123456783", "MultiSIM", 413),
    ]
    assert {one.vat_permille for one in draft.lines} == {190}
    assert draft.lines[1].units == 1250
    assert (draft.number, draft.currency) == ("7301-2026-11", "EUR")
    assert "5012345" in draft.parties
    assert (draft.invoiced_on, draft.due_on) == (date(2026, 11, 2), date(2026, 11, 16))
    assert (draft.first_day, draft.last_day) == (date(2026, 10, 1), date(2026, 10, 31))
    sums = totals_of(draft)
    assert (sums.net, sums.vat, sums.gross) == (2531, 481, 3012)


def test_other_separators_and_lines_that_sum_up_others() -> None:
    lines = (
        "LIN+1'IMD+F++:::Vertrag'MOA+203:15.00'"
        "LIN+2+++1:1'IMD+F++F88:::0171 2345678'MOA+203:10.00'"
        "LIN+3+++1:1'IMD+F++F88:::0171 2345679'MOA+203:5.00'"
    )
    plain = HEAD + lines + "UNS+S'MOA+79:15.00'UNT+9+1'"
    other = plain.replace(":", "|").replace("+", "^").replace("'", "~\n")
    for text in (plain, f"UNA|^.? ~{other}"):
        draft = read(text)
        assert [one.net for one in draft.lines] == [1000, 500]
        assert totals_of(draft).net == 1500


def test_discounts_of_the_whole_invoice_and_credit_notes() -> None:
    head = HEAD.replace("BGM+380", "BGM+381") + "ALC+A'MOA+8:5.31'TAX+7+VAT+++:::19'"
    sums = "UNS+S'MOA+79:25.31'MOA+125:20.00'MOA+77:23.80'UNT+30+1'"
    draft = read(head + LINES + sums)
    assert [one.net for one in draft.lines] == [-1995, -123, -413, 531]
    assert totals_of(draft).gross == -2380


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("UNB+UNOC:3+a+b+1:1+1'UNH+1+ORDERS:D:01B:UN'UNT+2+1'", "no INVOIC"),
        (HEAD + LINES, "cut off"),
        (HEAD + LINES[:-20], "cannot|cut off|read"),
        ("UNB", "read|no INVOIC"),
        ("UNA", "read"),
        ("UNA:+.? 'UNB+", "read|no INVOIC"),
        (HEAD.replace("CUX+2:EUR:4'", "") + LINES + SUMS, "lacks CUX"),
        (HEAD.replace("20261102", "2026AB02") + LINES + SUMS, "not a date"),
        (HEAD + LINES.replace("19.9500", "nineteen") + SUMS, "not an amount"),
        (HEAD.replace("EUR", "E1") + LINES + SUMS, "E1"),
    ],
)
def test_broken_edifact_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read(text)


@given(st.text("UNABHLIMD+:'?. 0123456789\n", max_size=120))
def test_any_text_after_unb_is_read_or_refused(text: str) -> None:
    try:
        read(f"{HEAD}{text}")
    except Invalid:
        return


def pdf(**files: bytes) -> bytes:
    """Return a PDF with embedded files, `_` in names standing for a dot."""
    made = FPDF()
    made.add_page()
    for name, content in files.items():
        made.embed_file(bytes=content, basename=name.replace("_", "."))
    return bytes(made.output())


def test_the_invoice_within_a_pdf() -> None:
    data = pdf(terms_txt=b"...", **{"factur-x_xml": CII.encode()})
    (draft,) = read_file(data, LAYOUTS["purser"], Said())
    (alone,) = read_file(CII.encode(), LAYOUTS["purser"], Said())
    assert draft == alone


@pytest.mark.parametrize("data", [pdf(), pdf(terms_txt=b"x"), b"%PDF-1.7\nrubbish"])
def test_a_pdf_without_an_invoice_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"no XML invoice|cannot be read"):
        read_file(data, LAYOUTS["purser"], Said())


def workbook(*rows: list[object]) -> bytes:
    """Return a workbook of some rows."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_numbers_of_a_workbook_have_no_decimal_comma_to_mistake() -> None:
    heading: list[object] = [*TELEKOM.split("\n")[1].split(";")]
    days = [datetime(2026, 3, day) for day in (5, 1, 31)]
    row = [4711, 5012345, *days, 491712345678, "Grundpreis", 1019.95, 1213.74, 19, "P"]
    (draft,) = read_file(workbook(heading, row), LAYOUTS["telekom-de"], Said())
    (line,) = draft.lines
    assert (line.key, line.net, line.vat_permille) == ("491712345678", 101995, 190)


@pytest.mark.parametrize("text", ["19.99", "150000.00", "1,234", "1.234.56"])
def test_amounts_of_another_habit_are_refused_and_never_a_hundred_times(
    text: str,
) -> None:
    row = f"4711;1;05.03.2026;;;0171;Grundpreis;{text};;;Posten"
    heading = TELEKOM.split("\n")[1]
    with pytest.raises(InvalidRows, match=r"not an amount|a thousand times"):
        read_file(f"{heading}\n{row}".encode(), LAYOUTS["telekom-de"], Said())


def test_lines_finer_than_a_cent_add_up_to_the_printed_total() -> None:
    head = "invoice,date,currency,number,text,net,total_net\n"
    rows = [f"R-1,2026-03-05,EUR,0171234567{n},Data,0.0033,0.01" for n in range(3)]
    (draft,) = read_file(
        "\n".join([head[:-1], *rows]).encode(), LAYOUTS["purser"], Said()
    )
    assert sorted(one.net for one in draft.lines) == [0, 0, 1]
    assert totals_of(draft).net == 1


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=30),
    st.integers(1, 10000),
    st.integers(-3, 3),
)
def test_whole_amounts_add_up_and_stay_near(
    parts: list[int], scale: int, off: int
) -> None:
    exact = [Fraction(one, scale) for one in parts]
    total = round_half_up(sum(exact, start=Fraction())) + off
    found = whole_amounts(exact, total)
    whole = sum(exact, start=Fraction())
    broken = sum(one.denominator != 1 for one in exact)
    if broken and abs(total - whole) * 2 <= broken:
        assert sum(found) == total
    else:
        assert abs(sum(found) - whole) <= Fraction(1, 2)
    assert all(abs(e - w) < 2 for e, w in zip(exact, found, strict=True))
    assert [w for e, w in zip(exact, found, strict=True) if e == int(e)] == [
        int(e) for e in exact if e == int(e)
    ]
