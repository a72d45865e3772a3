"""Fraud: rules, lists and counts that judge a payment, and the reviews of those that people have to decide."""
