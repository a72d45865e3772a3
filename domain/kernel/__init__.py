"""What every context shares and none owns: money, ids, time, errors, events, machines, paging, units of work."""
