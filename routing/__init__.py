"""Who gets the lead: facts, conditions, territories, pools, fairness and explanation. Pure; standard library only."""
