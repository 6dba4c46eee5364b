"""What goes wrong at calendar services, and what holds all the same. Each rule has its control: the guard is taken
away, and the rule breaks. The page docs/reference/faults.md lists them all."""
