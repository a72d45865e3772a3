"""Where payments come from."""

from __future__ import annotations

import pytest

from domain.kernel.errors import Invalid
from domain.payments.origin import Origin


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7", "::ffff:203.0.113.7"])
def test_addresses_of_both_versions(address: str) -> None:
    assert Origin(ip_address=address).ip_address == address


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"ip_address": "203.0.113"}, "ipAddress"),
        ({"ip_address": "shop.example.com"}, "ipAddress"),
        ({"ip_address": ""}, "ipAddress"),
        ({"device_id": ""}, "deviceId"),
        ({"device_id": "x" * 129}, "deviceId"),
        ({"customer_account": " "}, "customerAccount"),
        ({"customer_account": "4242 4242 4242 4242"}, "customerAccount"),
        ({"shipping_address": "Main Street 1\nBerlin"}, "shippingAddress"),
        ({"shipping_address": "x" * 501}, "shippingAddress"),
        ({"billing_country": "Germany"}, "billingCountry"),
        ({"billing_country": ""}, "billingCountry"),
        ({"shipping_country": "fr"}, "shippingCountry"),
    ],
)
def test_what_is_refused(values: dict[str, str], path: str) -> None:
    with pytest.raises(Invalid) as error:
        Origin(**values)
    assert error.value.path == (path,)


def test_nothing_is_known_of_nothing() -> None:
    assert not Origin().known
    assert Origin(device_id="d1").known
    assert Origin(billing_country="DE").known
    assert Origin(shipping_country="FR").known
