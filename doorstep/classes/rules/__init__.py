"""Pure decisions about timetables, seats and leave."""
