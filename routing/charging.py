"""What a choice costs, as ledger rows."""

from routing.ledger import UNIT, Book, Entry, EntryKind, turn_cost
from routing.roster import Distribution
from routing.scales import LeastTimes, Scene, shares


def charge(book: Book, scene: Scene, winner: str) -> None:
    """Posts the limit on what is owed, or everybody's chance, and then the winner's turn."""
    if scene.pool.distribution is Distribution.ROUND_ROBIN:
        _limit_credit(book, scene)
    elif scene.pool.distribution is Distribution.EQUAL_CHANCES:
        _share_chances(book, scene)
    at = book.positions[winner]
    is_credit = scene.pool.distribution is Distribution.EQUAL_CHANCES
    amount = UNIT if is_credit else turn_cost(at.virtual_time, at.weight)
    book.post(Entry(EntryKind.ASSIGNED, winner, amount, at.weight))


def _limit_credit(book: Book, scene: Scene) -> None:
    least = LeastTimes(scene.totals, scene.pool.max_credit)
    for rep in scene.weights:
        at = book.positions[rep]
        if at.virtual_time < least[at.weight]:
            raised = least[at.weight] - at.virtual_time
            book.post(Entry(EntryKind.CALIBRATED, rep, raised, at.weight, "max_credit"))


def _share_chances(book: Book, scene: Scene) -> None:
    for rep, share in shares(scene.weights).items():
        book.post(Entry(EntryKind.CHANCE, rep, -share, book.positions[rep].weight))
