"""The room of one crisis: its tasks, its people, its log, what is known and what is not."""
