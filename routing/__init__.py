"""Who gets the lead: facts, conditions, territories, pools, fairness and explanation.

Values in, values out: `route()` decides the path and the candidates when a request comes in, `assign()` chooses
one of them when a time is booked, and both can be run again from what they stored. Pure: standard library only,
no clock, no chance, no input or output; this package imports nothing of ours.
"""
