"""Telephone numbers in one normal form."""

import phonenumbers

_LONGEST = 60


def read_phone(typed: str, country: str) -> tuple[str | None, str | None]:
    """E.164 and the number's country; `country` decides how a national number is read."""
    if len(typed) > _LONGEST:
        return None, None
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_possible_number(number):
        return None, None
    region = phonenumbers.region_code_for_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), region
