"""What a backtest costs beside a hand-written loop over the same rows with the same conditions in Python."""
