"""The business: pure Python on the standard library; nouns decide, verbs orchestrate, ports ask."""
