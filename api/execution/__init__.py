"""What happens to a GraphQL request between its text and its answer: limits, cost, execution, errors."""
