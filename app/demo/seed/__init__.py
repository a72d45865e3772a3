"""The demo's data: merchants with their people and machines, and ninety days of payments."""
