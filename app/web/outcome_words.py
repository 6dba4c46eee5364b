"""What an outcome is called."""

from app.models import Outcome

OUTCOME_WORDS = {
    Outcome.HELD: "it took place",
    Outcome.NO_SHOW: "they did not come",
    Outcome.DONE: "settled in another way",
}
