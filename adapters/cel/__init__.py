"""The language of rules: Common Expression Language (CEL) over the variables of a payment, checked and evaluated."""
