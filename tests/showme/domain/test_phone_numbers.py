import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from showme.domain.phone_numbers import PhoneNumber, read_number
from showme.errors import NotInvitable

BELGIAN = [
    "0470123456",
    "0470 12 34 56",
    "0470/12.34.56",
    "0470-12-34-56",
    "(0470) 12 34 56",
    "+32470123456",
    "+32 470 12 34 56",
    "+32 (0)470 12 34 56",
    "+32 0470 12 34 56",
    "0032 470 12 34 56",
    "0032470123456",
    "32470123456",
    "32 470 12 34 56",
    "tel:+32470123456",
    " 0470 12 34 56\t",
    "\u202d+32 470 12 34 56\u202c",
    "+32\u00a0470\u00a012\u00a034\u00a056",
    "0470\u201112\u201134\u201156",
    "\uff0b32 470 12 34 56",
    "\uff10\uff14\uff17\uff10123456",
    "0470|12\\34|56",
]

OTHERS = [
    ("BE", "+33 6 12 34 56 78", "+33612345678"),
    ("BE", "0033 6 12 34 56 78", "+33612345678"),
    ("BE", "33612345678", "+33612345678"),
    ("FR", "06 12 34 56 78", "+33612345678"),
    ("FR", "06.12.34.56.78", "+33612345678"),
    ("FR", "06-12-34-56-78", "+33612345678"),
    ("FR", "0612345678", "+33612345678"),
    ("FR", "+33 (0)6 12 34 56 78", "+33612345678"),
    ("FR", "33 6 12 34 56 78", "+33612345678"),
    ("FR", "+32 470 12 34 56", "+32470123456"),
    ("NL", "06-12345678", "+31612345678"),
    ("NL", "06 12 34 56 78", "+31612345678"),
    ("NL", "+31 (0)6 12345678", "+31612345678"),
    ("NL", "0031612345678", "+31612345678"),
    ("NL", "31612345678", "+31612345678"),
    ("DE", "0151 23456789", "+4915123456789"),
    ("DE", "0151/23456789", "+4915123456789"),
    ("DE", "+49 (0) 151 23456789", "+4915123456789"),
    ("DE", "0049 151 23456789", "+4915123456789"),
    ("DE", "4915123456789", "+4915123456789"),
    ("US", "(201) 555-0123", "+12015550123"),
    ("US", "201-555-0123", "+12015550123"),
    ("US", "201.555.0123", "+12015550123"),
    ("US", "1 201 555 0123", "+12015550123"),
    ("US", "+1 (201) 555-0123", "+12015550123"),
    ("US", "011 32 470 12 34 56", "+32470123456"),
    ("US", "+32 470 12 34 56", "+32470123456"),
]


@pytest.mark.parametrize("typed", BELGIAN)
def test_a_belgian_mobile_is_read_however_it_is_typed(typed: str) -> None:
    number = read_number(typed, region="BE")
    assert (number.e164, number.masked, number.country) == ("+32470123456", "+32 4•• •• •• 56", "BE")


@pytest.mark.parametrize(("region", "typed", "e164"), OTHERS)
def test_people_type_numbers_in_the_way_of_their_country(region: str, typed: str, e164: str) -> None:
    assert read_number(typed, region=region).e164 == e164


def _mobiles() -> list[tuple[str, str, str]]:
    found = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if example is not None and phonenumbers.number_type(example) in {
            PhoneNumberType.MOBILE,
            PhoneNumberType.FIXED_LINE_OR_MOBILE,
        }:
            found += [
                (
                    region,
                    phonenumbers.format_number(example, style),
                    phonenumbers.format_number(example, PhoneNumberFormat.E164),
                )
                for style in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
            ]
    return found


def test_a_mobile_of_every_country_is_read_at_home_in_every_way_of_writing_it() -> None:
    mobiles = _mobiles()
    assert len({region for region, _, _ in mobiles}) > 220
    wrong = [
        (region, typed, read.e164)
        for region, typed, e164 in mobiles
        if (read := read_number(typed, region=region)).e164 != e164
    ]
    assert wrong == []


def test_a_mobile_of_every_country_is_read_abroad_with_its_plus() -> None:
    for region, typed, e164 in _mobiles():
        if typed.startswith("+"):
            number = read_number(typed, region="BE")
            assert number.e164 == e164, region


@pytest.mark.parametrize(
    ("region", "typed", "cause"),
    [
        ("BE", "02 213 99 11", "number_not_mobile"),
        ("BE", "+32 2 213 99 11", "number_not_mobile"),
        ("BE", "0800 12 345", "number_not_mobile"),
        ("BE", "0903 12 345", "number_not_mobile"),
        ("FR", "01 42 68 53 00", "number_not_mobile"),
        ("FR", "08 99 12 34 56", "number_not_mobile"),
        ("DE", "030 123456", "number_not_mobile"),
        ("US", "(800) 234-5678", "number_not_mobile"),
        ("US", "(900) 234-5678", "number_not_mobile"),
        ("BE", "112", "number_not_valid"),
        ("FR", "112", "number_not_valid"),
        ("US", "911", "number_not_valid"),
        ("BE", "0470 12 34 5", "number_not_valid"),
        ("BE", "0470 12 34 56 7", "number_not_valid"),
        ("US", "555-0123", "number_not_valid"),
        ("BE", "+99 123 456 789", "number_not_understood"),
        ("BE", "", "number_not_understood"),
        ("BE", "   ", "number_not_understood"),
        ("BE", "+", "number_not_understood"),
        ("BE", "Anna", "number_not_understood"),
        ("BE", "'; DROP TABLE invitations", "number_not_understood"),
        ("BE", "\x00", "number_not_understood"),
        ("BE", "0" * 65, "number_not_understood"),
        ("BE", "+32470123456" * 6, "number_not_understood"),
        ("BE", "☎☎☎", "number_not_understood"),
    ],
)
def test_a_number_that_no_sms_reaches_is_refused_with_its_cause(region: str, typed: str, cause: str) -> None:
    with pytest.raises(NotInvitable) as refusal:
        read_number(typed, region=region)
    assert refusal.value.cause == cause
    assert typed not in str(refusal.value) or not typed.strip()


def test_only_the_first_digit_and_the_last_two_are_shown_of_anyones_number() -> None:
    for region, typed, e164 in _mobiles():
        masked = read_number(typed, region=region).masked
        national = str(phonenumbers.national_significant_number(phonenumbers.parse(e164)))
        country, _, rest = masked.partition(" ")
        assert country == e164[: len(e164) - len(national)], region
        shown = rest.replace(" ", "")
        assert shown == national[0] + "•" * (len(national) - 3) + national[-2:], region


def test_a_number_shows_itself_masked_in_every_log() -> None:
    number = read_number("0470 12 34 56", region="BE")
    for shown in (repr(number), str(number), f"{number}", repr([number]), repr({"to": number})):
        assert "470123456" not in shown.replace(" ", "")
        assert "4•• •• •• 56" in shown


def test_two_readings_of_one_number_are_equal() -> None:
    assert read_number("0470 12 34 56", region="BE") == PhoneNumber(
        e164="+32470123456", masked="+32 4•• •• •• 56", country="BE"
    )
