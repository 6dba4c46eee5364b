"""Microsoft's names of time zones as IANA names (CLDR windowsZones, by way of `tzlocal`)."""

from tzlocal.windows_tz import win_tz

from calendars.zones import UnknownZoneError, find_zone

_WINDOWS = {name.casefold(): target for name, target in win_tz.items()}
_UTC = {"utc", "tzone://microsoft/utc"}


def to_iana(name: str | None) -> str | None:
    """The IANA zone for a Windows or IANA name, whatever its case for Windows ones.

    None for what names no zone: "Customized Time Zone", `tzone://Microsoft/Custom`, anything unheard of.
    """
    key = (name or "").strip().casefold()
    if key in _UTC:
        return "UTC"
    return _WINDOWS.get(key) or _if_iana((name or "").strip())


def _if_iana(name: str) -> str | None:
    try:
        find_zone(name)
    except UnknownZoneError:
        return None
    return name
