"""The call-out: the people of the plan are reached, answer with one tap, and those who don't are replaced."""
