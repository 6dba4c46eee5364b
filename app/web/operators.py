"""The operators of conditions as people say them."""

_OPERATORS = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "exists": "is known",
    "missing": "is not known",
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "between": "is between",
    "prefix_in": "starts with one of",
    "matches_word": "has the word",
}


def operator_words(operator: str) -> str:
    """`prefix_in` as `starts with one of`; an operator nobody knows as it is written."""
    return _OPERATORS.get(operator, operator.replace("_", " "))
