"""Where a payment came from: what later shows that earlier payments were the same customer's."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from domain.kernel.errors import Invalid
from domain.kernel.text import country_code, optional_text

LONGEST_DEVICE_ID = 128
LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Personal data, all of it, and each part may be missing.

    `ip_address` is the customer's, IPv4 or IPv6; `device_id` what the merchant's shop knows the device by;
    `customer_account` the customer's account there; `shipping_address` where the goods went, on one line.
    The countries are those of the addresses, ISO 3166-1 alpha-2.

    Raises `Invalid` for a part that breaks its rule.
    """

    ip_address: str | None = None
    device_id: str | None = None
    customer_account: str | None = None
    shipping_address: str | None = None
    billing_country: str | None = None
    shipping_country: str | None = None

    def __post_init__(self) -> None:
        optional_text(self.device_id, ("deviceId",), longest=LONGEST_DEVICE_ID)
        optional_text(self.customer_account, ("customerAccount",))
        optional_text(self.shipping_address, ("shippingAddress",), longest=LONGEST_ADDRESS)
        if self.billing_country is not None:
            country_code(self.billing_country, ("billingCountry",))
        if self.shipping_country is not None:
            country_code(self.shipping_country, ("shippingCountry",))
        if self.ip_address is not None:
            try:
                ip_address(self.ip_address)
            except ValueError:
                raise Invalid(("ipAddress",), "This is not an IP address; give one such as 203.0.113.7.") from None

    @property
    def known(self) -> bool:
        """Whether any of it is."""
        return any(getattr(self, name) for name in self.__slots__)
