"""Connectors to payment gateways, satisfying `domain.payments.gateway` and `domain.disputes.gateway`."""
