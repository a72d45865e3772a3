"""Connectors to payment gateways, each satisfying `domain.payments.gateway.Gateway`."""
