"""Invoices of carriers as files: layouts, amounts, UBL, CII, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from config import catalog
from inventory.kernel.errors import Invalid, InvalidRows
from inventory.telecom.billing.amounts import amount_of, day_of, permille_of
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.charge_types import read_charge_types
from inventory.telecom.billing.drafts import InvoiceDraft, totals_of
from inventory.telecom.billing.layouts import Layout, read_layout
from inventory.telecom_expense.invoices import read_file

LAYOUTS = {
    name: read_layout(name, row) for name, row in catalog.invoice_layouts().items()
}
TYPES = read_charge_types(catalog.telecom("charge_types"))

TELEKOM = """Deutsche Telekom;Auswertung
Rechnungsnummer;Buchungskonto;Rechnungsdatum;Leistungszeitraum von;Leistungszeitraum \
bis;Rufnummer;Leistung;Betrag netto;Betrag brutto;USt-Satz;Satzart
4711;5012345;05.03.2026;01.03.2026;31.03.2026;0171 2345678;Grundpreis Business;\
1.019,95;1.213,74;19;Posten
4711;5012345;05.03.2026;01.03.2026;31.03.2026;0171 2345678;Verbindungen Inland;\
-0,50;-0,60;19;Posten
4711;5012345;05.03.2026;01.03.2026;31.03.2026;0171 2345678;Summe;1.019,45;;19;Summe
"""
VERIZON = """Invoice Number,Account Number,Invoice Date,Wireless Number,\
Item Category,Item Description,Cost
99,442-1,03/05/2026,212-555-0147,Monthly Charges,Monthly access 5G,"$1,040.00"
99,442-1,03/05/2026,212-555-0147,Surcharges,Regulatory Charge,(0.21)
"""
TELKOM = """Nomor Tagihan;Nomor Akun;Tanggal Tagihan;Periode Awal;Periode Akhir;\
Nomor Layanan;Uraian;DPP
T-1;8001;05/03/2026;01/03/2026;31/03/2026;021-5201234;Abonemen;Rp 150.000,00
T-1;8001;05/03/2026;01/03/2026;31/03/2026;SID-77;Astinet 100 Mbps;7.500.000
"""


def read(text: str, layout: str, said: Said | None = None) -> InvoiceDraft:
    """Return the one invoice of a file."""
    (draft,) = read_file(text.encode(), LAYOUTS[layout], said or Said())
    return draft


def types(draft: InvoiceDraft) -> list[str]:
    """The type of each line, by the layout or its words."""
    return [line.charge_type or TYPES.recognise(line.text) for line in draft.lines]


def test_rechnung_online_of_deutsche_telekom() -> None:
    draft = read(TELEKOM, "telekom-de")
    assert [(one.key, one.net, one.vat_permille) for one in draft.lines] == [
        ("0171 2345678", 101995, 190),
        ("0171 2345678", -50, 190),
    ]
    assert types(draft) == ["line-rental", "voice"]
    assert (draft.number, draft.account, draft.currency) == ("4711", "5012345", "EUR")
    assert (draft.first_day, draft.last_day) == (date(2026, 3, 1), date(2026, 3, 31))


def test_the_same_file_in_windows_1252() -> None:
    data = TELEKOM.replace("Leistungszeitraum", "Zeitraum").encode("cp1252")
    (draft,) = read_file(data, LAYOUTS["telekom-de"], Said())
    assert draft.lines[0].net == 101995


def test_a_wireless_carrier_of_the_united_states() -> None:
    draft = read(VERIZON, "verizon-us")
    assert [one.net for one in draft.lines] == [104000, -21]
    assert types(draft) == ["line-rental", "regulatory"]
    assert (draft.first_day, draft.last_day) == (date(2026, 3, 1), date(2026, 3, 31))


def test_telkom_indonesia() -> None:
    draft = read(TELKOM, "telkom-id")
    assert [one.net for one in draft.lines] == [15_000_000, 750_000_000]
    assert types(draft) == ["line-rental", "circuit"]
    assert draft.currency == "IDR"


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_every_layout_reads_a_table_of_its_own_headings(name: str) -> None:
    layout = LAYOUTS[name]
    day = date(2026, 3, 5)
    values = dict.fromkeys(layout.columns, "x") | {
        **dict.fromkeys(("net", "gross"), f"1{layout.decimal}50"),
        **dict.fromkeys(("vat_rate",), "19"),
        **dict.fromkeys(("currency",), layout.currency or "EUR"),
        "text": next(iter(layout.types), "Monthly charge"),
    }
    for field in ("date", "due", "first_day", "last_day"):
        values[field] = day.strftime((*layout.dates, "%Y-%m-%d")[0])
    told = {
        layout.columns[field][0]: value
        for field, value in values.items()
        if field in layout.columns and not field.startswith("total_")
    }
    mark = layout.delimiter[0]
    quoted = [[f'"{cell}"' for cell in row] for row in (told.keys(), told.values())]
    draft = read("\n".join(mark.join(row) for row in quoted), name)
    assert draft.invoiced_on == day
    assert [line.net for line in draft.lines] == [150]
    assert TYPES.kind(types(draft)[0]) != ""


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("1.234,56", ",", 123456),
        ("1,234.56 USD", ".", 123456),
        ("-0,5", ",", -50),
        ("12,50-", ",", -1250),
        ("(3.00)", ".", -300),
        ("1'000.00", ".", 100000),
        ("7.500.000", ",", 750000000),
    ],
)
def test_amounts_as_carriers_write_them(text: str, decimal: str, minor: int) -> None:
    assert amount_of(text, decimal, "EUR", "net") == minor


@pytest.mark.parametrize("text", ["", "1,2,3.4", "12..5", "abc", "1.5.", "NaN", "1e3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        amount_of(text, ".", "EUR", "net")


def test_days_and_rates() -> None:
    assert day_of("05.03.2026", ("%d.%m.%Y",), "date") == date(2026, 3, 5)
    assert [permille_of(one, "vat") for one in ("19", "0.19", "11,00 %")] == [
        190,
        190,
        110,
    ]
    with pytest.raises(Invalid, match="not a date"):
        day_of("31.02.2026", ("%d.%m.%Y",), "date")
    with pytest.raises(Invalid):
        permille_of("1900", "vat")


def test_a_total_that_is_not_the_sum_of_its_lines_is_refused() -> None:
    head = "invoice,date,currency,number,text,net,total_net\n"
    row = "R-1,2026-03-05,EUR,+491712345678,Monthly charge,10.00,11.00"
    with pytest.raises(Invalid, match=r"10\.00 EUR: 1\.00 EUR are missing"):
        totals_of(read(head + row, "purser"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("number;value\n1;2", "number / iccid / circuit"),
        ("invoice,date,currency,number,text,net", "no lines"),
        ("invoice,date,currency,number,text,net\nR,2026-01-01,EURO,1,x,ten", "ten"),
        ("invoice,date,currency,number,text,net\nR,2026-01-01,QQ,1,x,1", "'QQ'"),
        ("invoice,date,currency,number,text,net\n,2026-01-01,EUR,1,x,1", "number of"),
        ("invoice,date,currency,number,text,net\nR,,EUR,1,x,1", "date of"),
        ("invoice,date,currency,number,text,net\nR,2026-99-01,EUR,1,x,1", "2026-99"),
        ("", "empty"),
    ],
)
def test_bad_files_are_refused_with_what_to_mend(text: str, told: str) -> None:
    with pytest.raises((Invalid, InvalidRows), match=told):
        read(text, "purser")


def test_a_layout_says_what_it_lacks() -> None:
    with pytest.raises(Invalid, match="colour"):
        read_layout("own", {"colour": "red", "columns": {}})
    with pytest.raises(Invalid, match="key, text, net"):
        read_layout("own", {"columns": {}})
    assert isinstance(LAYOUTS["purser"], Layout)


UBL = """<?xml version="1.0"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>U-1</cbc:ID><cbc:IssueDate>2026-03-05</cbc:IssueDate>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:BuyerReference>5012345</cbc:BuyerReference>
<cac:InvoicePeriod><cbc:StartDate>2026-03-01</cbc:StartDate>
<cbc:EndDate>2026-03-31</cbc:EndDate></cac:InvoicePeriod>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
<cbc:AllowanceChargeReason>Discount</cbc:AllowanceChargeReason>
<cbc:Amount currencyID="EUR">1.00</cbc:Amount></cac:AllowanceCharge>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount>18.99</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount>22.60</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:Note>Number +49 171 2345678</cbc:Note>
<cbc:InvoicedQuantity>1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">19.99</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Monthly charge</cbc:Name><cac:ClassifiedTaxCategory>
<cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item></cac:InvoiceLine>
</Invoice>"""
CII = """<rsm:CrossIndustryInvoice
 xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:\
ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>C-1</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20260305</udt:DateTimeString>
</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem><ram:SpecifiedTradeProduct>
<ram:BuyerAssignedID>89490200001234567892</ram:BuyerAssignedID>
<ram:Name>Monthly charge</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>
<ram:RateApplicablePercent>19.00</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation>
<ram:LineTotalAmount>19.99</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem><ram:ApplicableHeaderTradeSettlement>
<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:TaxBasisTotalAmount>19.99</ram:TaxBasisTotalAmount>
<ram:GrandTotalAmount>23.79</ram:GrandTotalAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""


def test_ubl_with_a_discount_on_the_whole() -> None:
    draft = read(UBL, "purser")
    assert [(one.key, one.net) for one in draft.lines] == [
        ("+49 171 2345678", 1999),
        ("", -100),
    ]
    assert totals_of(draft).vat == 361
    assert draft.lines[0].vat_permille == 190


def test_cii_of_zugferd() -> None:
    draft = read(CII, "purser")
    assert [(one.key, one.net) for one in draft.lines] == [
        ("89490200001234567892", 1999)
    ]
    assert (draft.number, draft.invoiced_on) == ("C-1", date(2026, 3, 5))
    assert totals_of(draft).gross == 2379


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<Invoice/>", "neither"),
        ("<a", "not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "not XML"),
        (UBL.replace("<cbc:ID>U-1</cbc:ID>", ""), "lacks ID"),
        (UBL.replace("19.99<", "x<"), "'x'"),
        (UBL.replace("EUR</cbc:Doc", "QQ</cbc:Doc"), "QQ"),
    ],
)
def test_bad_xml_is_refused_with_what_to_mend(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read(text, "purser")
