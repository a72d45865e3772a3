"""The bank of the simulator: takes files of credit transfers and answers with statements; no real money moves."""
