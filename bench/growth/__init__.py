"""Whether reads stay as fast when a database grows five hundred times: the same reads at three sizes, in turns."""
