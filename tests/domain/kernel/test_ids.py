"""TypeIDs round-trip, sort by time, and nothing else passes for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import Invalid
from domain.kernel.ids import Prefix, first_uuid, format_id, moment_of, new_uuid, parse_id, split_id

PREFIXES = st.sampled_from(list(Prefix))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
EXAMPLE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@given(PREFIXES, st.uuids())
def test_an_id_reads_back(prefix: Prefix, value: UUID) -> None:
    text = format_id(prefix, value)
    assert parse_id(prefix, text) == value
    assert split_id(text) == (prefix, value)
    assert len(text) == len(prefix) + 27


def test_the_specification_s_own_example() -> None:
    assert format_id("pay", EXAMPLE) == "pay_01h455vb4pex5vsknk084sn02q"
    assert format_id("pay", UUID(int=0)) == "pay_00000000000000000000000000"
    assert format_id("pay", UUID(int=2**128 - 1)) == "pay_7zzzzzzzzzzzzzzzzzzzzzzzzz"


@given(st.lists(st.uuids(), min_size=2, max_size=10))
def test_texts_sort_as_their_values(values: list[UUID]) -> None:
    texts = [format_id("pay", value) for value in sorted(values)]
    assert texts == sorted(texts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "_",
        "pay",
        "pay_",
        "01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "pay01h455vb4pex5vsknk084sn02q",
        "pay-01h455vb4pex5vsknk084sn02q",
        "PAY_01h455vb4pex5vsknk084sn02q",
        "pay_01H455VB4PEX5VSKNK084SN02Q",
        "xyz_01h455vb4pex5vsknk084sn02q",
        "pay_pay_01h455vb4pex5vsknk084sn02q",
        "pay_01h455vb4pex5vsknk084sn02",
        "pay_01h455vb4pex5vsknk084sn02qq",
        "pay_01h455vb4pex5vsknk084sn02u",
        "pay_01h455vb4pex5vsknk084sn02l",
        "pay_8zzzzzzzzzzzzzzzzzzzzzzzzz",
        "pay_01h455vb4pex5vsknk084sn02q ",
        "pay_01h455vb4pex5vsknk084sn02\u0662",
        str(EXAMPLE),
        "pay_" + "z" * 100_000,
    ],
)
def test_garbage_is_refused_with_its_path(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        split_id(text, ("input", "paymentId"))
    assert refusal.value.path == ("input", "paymentId")


@given(st.text(max_size=40) | st.from_regex(r"pay_[0-9a-z]{20,30}", fullmatch=True))
def test_whatever_is_read_is_the_one_way_to_write_it(text: str) -> None:
    try:
        prefix, value = split_id(text)
    except Invalid:
        return
    assert format_id(prefix, value) == text


@given(PREFIXES, PREFIXES, st.uuids())
def test_the_id_of_another_type_is_refused(wanted: Prefix, given_prefix: Prefix, value: UUID) -> None:
    text = format_id(given_prefix, value)
    if wanted is given_prefix:
        assert parse_id(wanted, text) == value
        return
    with pytest.raises(Invalid, match=f"another type \\({given_prefix}\\).*{wanted}_"):
        parse_id(wanted, text)


@given(MOMENTS)
def test_a_new_id_is_a_uuid_of_version_7_and_knows_its_millisecond(moment: datetime) -> None:
    value = new_uuid(moment)
    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert moment_of(value) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(MOMENTS)
def test_the_bound_of_a_moment_lies_below_its_ids_and_above_those_before(moment: datetime) -> None:
    assert first_uuid(moment) <= new_uuid(moment)
    assert new_uuid(moment - timedelta(milliseconds=1)) < first_uuid(moment)


def test_ids_of_one_moment_differ() -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    assert len({new_uuid(moment) for _ in range(1000)}) == 1000
