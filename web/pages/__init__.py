"""Plain HTML pages that work without a script, and the one style sheet that they share."""
