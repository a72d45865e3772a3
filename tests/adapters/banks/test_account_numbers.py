"""Numbers of many countries, right and wrong; whatever is wrong is said, and the number is not."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import pytest
import schwifty
from hypothesis import given
from hypothesis import strategies as st
from schwifty.exceptions import SchwiftyException
from stdnum.ar import cbu

from domain.kernel.errors import Invalid
from domain.kernel.text import holds_card_number
from domain.settlements.account_number import AccountScheme
from tests.builders.bank_accounts import CBU, CLABE, CVU, IBAN, NUMBERS, ROUTING, an_entry

if TYPE_CHECKING:
    from domain.settlements.account_number import AccountNumber

# The examples of SWIFT's IBAN registry, release 99.
IBANS = [
    "AD1200012030200359100100",
    "AE070331234567890123456",
    "AL47212110090000000235698741",
    "AT611904300234573201",
    "AZ21NABZ00000000137010001944",
    "BA391290079401028494",
    "BE68539007547034",
    "BG80BNBG96611020345678",
    "BH67BMAG00001299123456",
    "BR1800360305000010009795493C1",
    "CH9300762011623852957",
    "CR05015202001026284066",
    "CY17002001280000001200527600",
    "CZ6508000000192000145399",
    "DE89370400440532013000",
    "DK5000400440116243",
    "DO28BAGR00000001212453611324",
    "EE382200221020145685",
    "ES9121000418450200051332",
    "FI2112345600000785",
    "FO6264600001631634",
    "FR1420041010050500013M02606",
    "GB29NWBK60161331926819",
    "GE29NB0000000101904917",
    "GI75NWBK000000007099453",
    "GL8964710001000206",
    "GR1601101250000000012300695",
    "GT82TRAJ01020000001210029690",
    "HR1210010051863000160",
    "HU42117730161111101800000000",
    "IE29AIBK93115212345678",
    "IL620108000000099999999",
    "IS140159260076545510730339",
    "IT60X0542811101000000123456",
    "JO94CBJO0010000000000131000302",
    "KW81CBKU0000000000001234560101",
    "KZ86125KZT5004100100",
    "LB62099900000001001901229114",
    "LI21088100002324013AA",
    "LT121000011101001000",
    "LU280019400644750000",
    "LV80BANK0000435195001",
    "MC5811222000010123456789030",
    "MD24AG000225100013104168",
    "ME25505000012345678951",
    "MK07250120000058984",
    "MR1300020001010000123456753",
    "MT84MALT011000012345MTLCAST001S",
    "MU17BOMM0101101030300200000MUR",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "PK36SCBL0000001123456702",
    "PL61109010140000071219812874",
    "PS92PALS000000000400123456702",
    "PT50000201231234567890154",
    "QA58DOHB00001234567890ABCDEFG",
    "RO49AAAA1B31007593840000",
    "RS35260005601001611379",
    "SA0380000000608010167519",
    "SE4550000000058398257466",
    "SI56263300012039086",
    "SK3112000000198742637541",
    "SM86U0322509800000000270100",
    "TN5910006035183598478831",
    "TR330006100519786457841326",
    "UA213223130000026007233566001",
    "VA59001123000012345678",
    "XK051212012345678906",
]


def parse(number: str, country: str, currency: str = "EUR", **more: Any) -> AccountNumber:
    return NUMBERS.parse(an_entry(number, country=country, currency=currency, **more))


def refusal(number: str, country: str, currency: str = "EUR", **more: Any) -> tuple[tuple[str, ...], str]:
    with pytest.raises(Invalid) as caught:
        parse(number, country, currency, **more)
    assert not number or number not in caught.value.message
    return caught.value.path, caught.value.message


@pytest.mark.parametrize("iban", IBANS)
def test_ibans_of_the_registry(iban: str) -> None:
    spaced = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4)).lower()
    number = parse(spaced, iban[:2])
    assert (number.scheme, number.number, number.country) == (AccountScheme.IBAN, iban, iban[:2])
    assert number.masked == f"{iban[:4]} **** {iban[-4:]}"
    assert (number.bank_code or "") in iban


def test_the_bank_is_looked_up() -> None:
    number = parse(IBAN, "DE")
    assert (number.bank_code, number.bic, number.bank_name) == ("37040044", "COBADEFFXXX", "Commerzbank")
    assert parse(IBAN, "DE", bic="deutdeff").bic == "DEUTDEFF"


@pytest.mark.parametrize(
    ("number", "country", "rule"),
    [
        ("DE89370400440532013001", "DE", "third and fourth character"),
        ("DE00370400440532013000", "DE", "third and fourth character"),
        ("DE8937040044053201300", "DE", "An IBAN of DE has 22 characters; this one has 21."),
        ("DE893704004405320130000", "DE", "this one has 23"),
        ("DE893704004405320130AB", "DE", "letters or digits where those of DE have none"),
        ("ES1021000418460200051332", "ES", "third and fourth character"),
        (schwifty.IBAN.from_bban("ES", "21000418460200051332"), "ES", "check digits that ES has within"),
        (schwifty.IBAN.from_bban("BE", "539007547035"), "BE", "check digits that BE has within"),
        (schwifty.IBAN.from_bban("FR", "20041010050500013M02607"), "FR", "check digits that FR has within"),
        (schwifty.IBAN.from_bban("IT", "Y0542811101000000123456"), "IT", "check digits that IT has within"),
        (schwifty.IBAN.from_bban("NO", "86011117948"), "NO", "check digits that NO has within"),
        ("XX89370400440532013000", "XX", "XX has no IBANs."),
        ("US12345678901234567890", "DE", "This IBAN is of US, and the account shall be in DE"),
        (IBAN, "FR", "This IBAN is of DE, and the account shall be in FR"),
        ("AO06004400006729503010102", "AO", "not in SWIFT's registry"),
        ("370400440532013000", "DE", "begins with two letters"),
        ("4242424242424242", "DE", "begins with two letters"),
        ("DE89_3704_0044", "DE", "letters and digits"),
        ("DE89" + "1" * 60, "DE", "40 at most"),
        ("\uff24\uff2589370400440532013000", "DE", "letters and digits"),
        ("", "DE", "letters and digits"),
    ],
)
def test_ibans_that_are_wrong(number: str, country: str, rule: str) -> None:
    path, message = refusal(number, country)
    assert path == ("accountNumber",)
    assert rule in message


@pytest.mark.parametrize(
    ("more", "path", "rule"),
    [
        ({"bic": "COBADE"}, "bic", "eight or eleven"),
        ({"bic": "BUKBGB22"}, "bic", "of a bank in GB"),
        ({"bank_code": "37040044"}, "bankCode", "leave this out"),
        ({"branch_code": "0001"}, "branchCode", "leave this out"),
        ({"scheme": AccountScheme.CBU}, "country", "are in AR"),
        ({"country": "Germany"}, "country", "two capital letters"),
    ],
)
def test_what_stands_beside_an_iban(more: dict[str, Any], path: str, rule: str) -> None:
    found, message = refusal(IBAN, more.pop("country", "DE"), **more)
    assert (found, rule in message) == ((path,), True)


@pytest.mark.parametrize("territory", ["JE", "GG", "IM"])
def test_banks_with_the_ibans_of_another_country(territory: str) -> None:
    number = parse("GB29NWBK60161331926819", territory, "GBP", bic="NWBKGB2L")
    assert (number.country, number.branch_code) == (territory, "601613")


@pytest.mark.parametrize(
    "number", [CBU, "28505909 40090418135201", "2850590-9 4009041813520-1", "0720590988000035842088"]
)
def test_cbus(number: str) -> None:
    digits = "".join(filter(str.isdigit, number))
    if not cbu.is_valid(digits):
        assert "check digit" in refusal(number, "AR", "ARS")[1]
        return
    parsed = parse(number, "AR", "ARS")
    assert (parsed.scheme, parsed.number, parsed.bank_code) == (AccountScheme.CBU, digits, digits[:3])
    assert parsed.masked == f"**** {digits[-4:]}"


def test_cbus_in_dollars_and_cvus_in_pesos_alone() -> None:
    assert parse(CBU, "AR", "USD").scheme is AccountScheme.CBU
    assert parse(CVU, "AR", "ARS").bank_code == "0003"
    assert refusal(CVU, "AR", "USD") == (("currency",), "Accounts of the scheme CVU are in ARS.")


@pytest.mark.parametrize(
    ("number", "more", "rule"),
    [
        (CBU[:-1] + "2", {}, "The last digit of this CBU, its check digit,"),
        (CBU[:7] + "8" + CBU[8:], {}, "The eighth digit of this CBU, the check digit of the bank,"),
        (CVU[:-1] + "4", {}, "The last digit of this CVU"),
        (CBU[:-1], {}, "A CBU has 22 digits; this one has 21."),
        (CBU[:-1] + "X", {}, "A CBU has digits alone."),
        (CVU, {"scheme": AccountScheme.CBU}, "a CVU"),
        (CBU, {"scheme": AccountScheme.CVU}, "a CBU"),
    ],
)
def test_argentine_numbers_that_are_wrong(number: str, more: dict[str, Any], rule: str) -> None:
    path, message = refusal(number, "AR", "ARS", **more)
    assert (path, rule in message) == (("accountNumber",), True)


def test_clabes() -> None:
    number = parse("032 180 00011835971 9", "MX", "MXN")
    assert (number.number, number.bank_code, number.branch_code) == (CLABE, "032", "180")
    assert "check digit" in refusal(CLABE[:-1] + "8", "MX", "MXN")[1]
    assert "18 digits" in refusal(CLABE[:-1], "MX", "MXN")[1]


def test_american_accounts() -> None:
    number = parse("1234-5678", "US", "USD", bank_code=ROUTING)
    assert (number.number, number.bank_code, number.masked) == ("12345678", ROUTING, "**** 5678")
    for bank_code, rule in ((None, "Give the ABA"), ("021000022", "last digit"), ("12345", "9 digits"), ("x" * 9, "9")):
        path, message = refusal("12345678", "US", "USD", bank_code=bank_code)
        assert (path, rule in message) == (("bankCode",), True)
    for wrong in ("1234", "1" * 18, "12345A"):
        assert "5 to 17 digits" in refusal(wrong, "US", "USD", bank_code=ROUTING)[1]
    assert "card number" in refusal("4242424242424242", "US", "USD", bank_code=ROUTING)[1]


def test_brazilian_accounts() -> None:
    number = parse("12.345-x", "BR", "BRL", bank_code="001", branch_code="1234")
    assert (number.number, number.bank_code, number.branch_code) == ("12345X", "001", "1234")
    assert parse("123456", "BR", "BRL", bank_code="00000000", branch_code="0001").bank_code == "00000000"
    for more, path in (
        ({"branch_code": "1234"}, "bankCode"),
        ({"bank_code": "01", "branch_code": "1234"}, "bankCode"),
        ({"bank_code": "001"}, "branchCode"),
        ({"bank_code": "001", "branch_code": "123"}, "branchCode"),
    ):
        assert refusal("123456", "BR", "BRL", **more)[0] == (path,)
    both = {"bank_code": "001", "branch_code": "1234"}
    assert "check digit" in refusal("12X456", "BR", "BRL", **both)[1]
    assert "card number" in refusal("4222222222222", "BR", "BRL", **both)[1]


def mutations(number: str) -> st.SearchStrategy[str]:
    """The number with one digit mistyped, or two neighbours swapped."""
    places = [place for place, character in enumerate(number) if character.isdigit()]

    def mistyped(place: int, digit: str) -> str:
        return number[:place] + digit + number[place + 1 :]

    def swapped(place: int) -> str:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    swaps = [place for place in places if place + 1 in places]
    return st.one_of(
        st.builds(mistyped, st.sampled_from(places), st.sampled_from(string.digits)),
        st.sampled_from(swaps).map(swapped),
    ).filter(lambda mutated: mutated != number)


@given(st.sampled_from(IBANS).flatmap(mutations))
def test_one_mistake_in_an_iban_is_found(mutated: str) -> None:
    path, _ = refusal(mutated, mutated[:2])
    assert path == ("accountNumber",)


@given(st.sampled_from([(CBU, "AR", "ARS"), (CLABE, "MX", "MXN")]), st.data())
def test_one_mistyped_digit_elsewhere_is_found(known: tuple[str, str, str], data: st.DataObject) -> None:
    number, country, currency = known
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from(string.digits).filter(lambda one: one != number[place]))
    assert refusal(number[:place] + digit + number[place + 1 :], country, currency)[0] == ("accountNumber",)


@given(st.randoms(use_true_random=False), st.sampled_from(["DE", "FR", "ES", "IT", "NL", "BE", "GB", "NO"]))
def test_whatever_the_library_makes_is_read(random: Any, country: str) -> None:
    try:
        iban = str(schwifty.IBAN.random(country, random=random))
    except SchwiftyException:
        return
    try:
        assert parse(iban, country).number == iban
    except Invalid as error:
        # Of some banks the library makes numbers that break the banks' own rule.
        assert "check digits that" in error.message


@given(st.text("0123456789", min_size=13, max_size=13), st.text("0123456789", min_size=7, max_size=7))
def test_every_right_cbu_is_read_also_one_that_looks_like_a_card(account: str, bank: str) -> None:
    number = f"1{bank[1:]}{cbu.calc_check_digit('1' + bank[1:])}{account}{cbu.calc_check_digit(account)}"
    assert parse(number, "AR", "ARS").number == number


def test_there_are_numbers_that_look_like_cards() -> None:
    """Otherwise nothing would be gained by looking at them by their own rules alone."""
    german = schwifty.IBAN.generate("DE", bank_code="37040044", account_code="0532013000")
    looking = [
        str(iban)
        for account in range(400)
        for iban in [schwifty.IBAN.from_bban("DE", f"42424242{account:010}")]
        if holds_card_number(" ".join(iban[start : start + 4] for start in range(0, 22, 4)))
    ]
    assert str(german) == IBAN
    assert looking
