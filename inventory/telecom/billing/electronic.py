"""Electronic invoices of EN 16931: UBL 2.1 (Peppol BIS 3) and UN/CEFACT CII D16B.

XRechnung is either of them; ZUGFeRD and Factur-X carry CII. Paths are those of the
syntax bindings CEN/TS 16931-3-2 and 3-3. A line is about the number, ICCID or circuit
that it names: BT-128 (object identifier), then BT-127 (note), BT-155 and BT-156 (item
numbers), else the first number that its name holds. Imports defusedxml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from inventory.kernel.errors import Invalid
from inventory.kernel.texts import N_
from inventory.telecom.billing.amounts import amount_of, day_of, permille_of, units_of
from inventory.telecom.billing.carrier_files import Said
from inventory.telecom.billing.charging import month_of
from inventory.telecom.billing.drafts import DraftLine, InvoiceDraft, number_in

MOST_LINES = 200_000
_CUSTOMER = "cac:AccountingCustomerParty"
_UBL_PARTIES = (
    f"{_CUSTOMER}/cbc:SupplierAssignedAccountID",
    f"{_CUSTOMER}/cbc:CustomerAssignedAccountID",
    f"{_CUSTOMER}/cac:Party/cac:PartyIdentification/cbc:ID",
    f"{_CUSTOMER}/cac:Party/cbc:EndpointID",
    "cbc:BuyerReference",
    "cbc:AccountingCost",
    "cac:ContractDocumentReference/cbc:ID",
    "cac:AdditionalDocumentReference/cbc:ID",
)
"""Where suppliers write the customer account: BT-46, 49, 10, 19, 12, 18."""
_STATUS = "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode"
"""Of Factur-X EXTENDED: lines that sum up or explain others."""
_AGREED = "ram:ApplicableHeaderTradeAgreement"
_CII_PARTIES = (
    f"{_AGREED}/ram:BuyerTradeParty/ram:ID",
    f"{_AGREED}/ram:BuyerTradeParty/ram:GlobalID",
    f"{_AGREED}/ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID",
    f"{_AGREED}/ram:BuyerReference",
    f"{_AGREED}/ram:ContractReferencedDocument/ram:IssuerAssignedID",
    f"{_AGREED}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID",
    "ram:ApplicableHeaderTradeSettlement"
    "/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID",
)
_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_CII = "urn:un:unece:uncefact:data:standard"
_NAMES = {
    "inv": f"{_UBL}:Invoice-2",
    "cn": f"{_UBL}:CreditNote-2",
    "cac": f"{_UBL}:CommonAggregateComponents-2",
    "cbc": f"{_UBL}:CommonBasicComponents-2",
    "rsm": f"{_CII}:CrossIndustryInvoice:100",
    "ram": f"{_CII}:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_CII}:UnqualifiedDataType:100",
}


def is_xml(data: bytes) -> bool:
    """Whether a file begins like XML."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def read_electronic(data: bytes, said: Said) -> list[InvoiceDraft]:
    """Return the invoice of an XML file.

    Args:
        data: UBL or CII.
        said: The period, where the invoice does not say it.

    Raises:
        Invalid: It is neither, or lacks what an invoice must have.
    """
    try:
        root = ElementTree.fromstring(data)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Invalid(
            N_("It is not XML that can be read: {error}."),
            where="file",
            error=type(error).__name__,
        ) from error
    readers: dict[str, Callable[[Element, Said], InvoiceDraft]] = {
        f"{{{_NAMES['inv']}}}Invoice": _ubl,
        f"{{{_NAMES['cn']}}}CreditNote": _ubl,
        f"{{{_NAMES['rsm']}}}CrossIndustryInvoice": _cii,
    }
    reader = readers.get(root.tag)
    if reader is None:
        raise Invalid(
            N_("It is neither an invoice of UBL nor one of CII: {tag}."),
            where="file",
            remedy=N_("Peppol, XRechnung, ZUGFeRD and Factur-X are understood."),
            tag=root.tag[:100],
        )
    return [reader(root, said)]


def _ubl(root: Element, said: Said) -> InvoiceDraft:
    credit = root.tag.endswith("CreditNote")
    sign = -1 if credit else 1
    currency = _text(root, "cbc:DocumentCurrencyCode")
    on = _day(root, "cbc:IssueDate")
    total = "cac:LegalMonetaryTotal"
    kind = "CreditNote" if credit else "Invoice"
    lines = root.findall(f"cac:{kind}Line", _NAMES)
    _few(lines)
    begun, ended = _period(
        lines, "cac:InvoicePeriod/cbc:StartDate", "cac:InvoicePeriod/cbc:EndDate"
    )
    return _draft(
        number=_text(root, "cbc:ID"),
        parties=_all(root, *_UBL_PARTIES),
        on=on,
        due=_day(root, "cbc:DueDate", optional=True),
        first=_day(root, "cac:InvoicePeriod/cbc:StartDate", optional=True) or begun,
        last=_day(root, "cac:InvoicePeriod/cbc:EndDate", optional=True) or ended,
        said=said,
        currency=currency,
        lines=[
            *(_ubl_line(n, one, currency, sign) for n, one in enumerate(lines, 1)),
            *_ubl_rest(root, currency, sign, len(lines)),
        ],
        net=_amount(root, f"{total}/cbc:TaxExclusiveAmount", currency, sign),
        gross=_amount(root, f"{total}/cbc:TaxInclusiveAmount", currency, sign),
    )


def _ubl_line(number: int, line: Element, currency: str, sign: int) -> DraftLine:
    rate = _first(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent")
    text = _first(line, "cac:Item/cbc:Name", "cac:Item/cbc:Description")
    paths = (
        *("cac:DocumentReference/cbc:ID", "cbc:Note"),
        "cac:Item/cac:BuyersItemIdentification/cbc:ID",
        "cac:Item/cac:SellersItemIdentification/cbc:ID",
    )
    quantity = _first(line, "cbc:InvoicedQuantity", "cbc:CreditedQuantity")
    return DraftLine(
        row=number,
        key=_key(line, paths, text),
        text=text,
        net=_amount(line, "cbc:LineExtensionAmount", currency, sign) or 0,
        vat_permille=permille_of(f"{rate} %", "Percent") if rate else None,
        units=units_of(quantity, ".") if quantity else None,
    )


def _ubl_rest(
    root: Element, currency: str, sign: int, after: int
) -> Iterable[DraftLine]:
    """Yield allowances and charges of the whole document as lines of the account."""
    for number, one in enumerate(root.findall("cac:AllowanceCharge", _NAMES), 1):
        charge = _text(one, "cbc:ChargeIndicator") == "true"
        net = _amount(one, "cbc:Amount", currency, sign if charge else -sign)
        text = _first(one, "cbc:AllowanceChargeReason") or "Discount"
        yield DraftLine(row=after + number, key="", text=text, net=net or 0)


def _cii(root: Element, said: Said) -> InvoiceDraft:
    trade = root.find("rsm:SupplyChainTradeTransaction", _NAMES)
    head = root.find("rsm:ExchangedDocument", _NAMES)
    if trade is None or head is None:
        raise _lacks("SupplyChainTradeTransaction")
    settled = trade.find("ram:ApplicableHeaderTradeSettlement", _NAMES)
    if settled is None:
        raise _lacks("ApplicableHeaderTradeSettlement")
    sign = -1 if _text(head, "ram:TypeCode") == "381" else 1
    currency = _text(settled, "ram:InvoiceCurrencyCode")
    total = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
    starts = "ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString"
    ends = "ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString"
    lines = [
        one
        for one in trade.findall("ram:IncludedSupplyChainTradeLineItem", _NAMES)
        if _first(one, _STATUS) not in ("GROUP", "INFORMATION")
    ]
    _few(lines)
    of_line = "ram:SpecifiedLineTradeSettlement"
    begun, ended = _period(lines, f"{of_line}/{starts}", f"{of_line}/{ends}")
    moment = "udt:DateTimeString"
    due = f"ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{moment}"
    return _draft(
        number=_text(head, "ram:ID"),
        parties=_all(trade, *_CII_PARTIES),
        on=_day(head, f"ram:IssueDateTime/{moment}"),
        due=_day(settled, due, optional=True),
        first=_day(settled, starts, optional=True) or begun,
        last=_day(settled, ends, optional=True) or ended,
        said=said,
        currency=currency,
        lines=[
            *(_cii_line(n, one, currency, sign) for n, one in enumerate(lines, 1)),
            *_cii_rest(settled, currency, sign, len(lines)),
        ],
        net=_amount(settled, f"{total}/ram:TaxBasisTotalAmount", currency, sign),
        gross=_amount(settled, f"{total}/ram:GrandTotalAmount", currency, sign),
    )


def _cii_line(number: int, line: Element, currency: str, sign: int) -> DraftLine:
    settled = "ram:SpecifiedLineTradeSettlement"
    rate = _first(line, f"{settled}/ram:ApplicableTradeTax/ram:RateApplicablePercent")
    text = _first(line, "ram:SpecifiedTradeProduct/ram:Name")
    paths = (
        f"{settled}/ram:AdditionalReferencedDocument/ram:IssuerAssignedID",
        "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content",
        "ram:SpecifiedTradeProduct/ram:BuyerAssignedID",
        "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
    )
    total = f"{settled}/ram:SpecifiedTradeSettlementLineMonetarySummation"
    quantity = _first(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")
    return DraftLine(
        row=number,
        key=_key(line, paths, text),
        text=text,
        net=_amount(line, f"{total}/ram:LineTotalAmount", currency, sign) or 0,
        vat_permille=permille_of(f"{rate} %", "RateApplicablePercent")
        if rate
        else None,
        units=units_of(quantity, ".") if quantity else None,
    )


def _cii_rest(
    settled: Element, currency: str, sign: int, after: int
) -> Iterable[DraftLine]:
    found = settled.findall("ram:SpecifiedTradeAllowanceCharge", _NAMES)
    for number, one in enumerate(found, 1):
        charge = _text(one, "ram:ChargeIndicator/udt:Indicator") == "true"
        net = _amount(one, "ram:ActualAmount", currency, sign if charge else -sign)
        text = _first(one, "ram:Reason") or "Discount"
        yield DraftLine(row=after + number, key="", text=text, net=net or 0)


def _draft(
    *,
    number: str,
    parties: Sequence[str],
    on: date | None,
    due: date | None,
    first: date | None,
    last: date | None,
    said: Said,
    currency: str,
    lines: list[DraftLine],
    net: int | None,
    gross: int | None,
) -> InvoiceDraft:
    assert on is not None
    first = first or said.first_day or month_of(on)
    last = last or said.last_day or on
    if last < first:
        raise Invalid(
            N_("The billed period ends on {last}, before it begins on {first}."),
            where="last_day",
            first=first,
            last=last,
        )
    return InvoiceDraft(
        number=number,
        parties=parties,
        invoiced_on=on,
        due_on=due,
        first_day=first,
        last_day=last,
        currency=currency,
        lines=tuple(lines),
        net=net,
        gross=gross,
    )


def _key(line: Element, paths: Iterable[str], text: str) -> str:
    for path in paths:
        found = _first(line, path)
        if found:
            told = number_in(found) if path.endswith(("Note", "Content")) else found
            return told or found
    return number_in(text)


def _first(element: Element, *paths: str) -> str:
    for path in paths:
        found = element.find(path, _NAMES)
        if found is not None and (found.text or "").strip():
            return (found.text or "").strip()
    return ""


def _period(
    lines: Iterable[Element], starts: str, ends: str
) -> tuple[date | None, date | None]:
    """Return the first and last day that lines bill, BT-134 and BT-135."""
    firsts = [_day(line, starts, optional=True) for line in lines]
    lasts = [_day(line, ends, optional=True) for line in lines]
    return (
        min((day for day in firsts if day), default=None),
        max((day for day in lasts if day), default=None),
    )


def _all(element: Element, *paths: str) -> tuple[str, ...]:
    texts = (
        (one.text or "").strip()
        for path in paths
        for one in element.findall(path, _NAMES)
    )
    return tuple(text for text in texts if text)


def _text(element: Element, path: str) -> str:
    found = _first(element, path)
    if not found:
        raise _lacks(path)
    return found


def _day(element: Element, path: str, *, optional: bool = False) -> date | None:
    text = _first(element, path) if optional else _text(element, path)
    return day_of(text, (), path) if text else None


def _amount(element: Element, path: str, currency: str, sign: int) -> int | None:
    text = _first(element, path)
    return sign * amount_of(text, ".", currency, path) if text else None


def _few(lines: list[Element]) -> None:
    if len(lines) > MOST_LINES:
        raise Invalid(
            N_("The invoice has more than {most} lines."), where="file", most=MOST_LINES
        )


def _lacks(path: str) -> Invalid:
    return Invalid(
        N_("The invoice lacks {path}."),
        where="file",
        remedy=N_("Ask the provider for one that keeps to EN 16931."),
        path=path.replace("cbc:", "").replace("cac:", "").replace("ram:", ""),
    )
