"""Where is a point really: the datum of Chinese map services against that of satellites."""

from __future__ import annotations

import re
from math import cos, pi, sin, sqrt

# The ellipsoid of the public formula: half axis in metres, eccentricity squared.
_A, _EE = 6378245.0, 0.00669342162296594323
_ROUNDS = 4  # each brings the error down by a factor of about a thousand


WGS84, GCJ02 = "wgs84", "gcj02"
DECIMALS = 6  # of a degree: a tenth of a metre
_PAIR = re.compile(r"^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$")
_HIGHEST = 90.0  # no latitude lies above


def read_point(text: str, datum: str) -> tuple[float, float] | None:
    """A point as people paste it, latitude and longitude in either order, as (latitude, longitude) in WGS84 degrees.

    What is above 90 can only be a longitude, as all in the east of China are; else the latitude comes first. None for
    anything that is no point. `datum` is gcj02 for what Chinese map services show.
    """
    found = _PAIR.match(text)
    if found is None:
        return None
    lat, lng = float(found[1]), float(found[2])
    if abs(lat) > _HIGHEST:
        lat, lng = lng, lat
    if abs(lat) > _HIGHEST or abs(lng) > 2 * _HIGHEST:
        return None
    if datum == GCJ02:
        lat, lng = from_gcj02(lat, lng)
    return round(lat, DECIMALS), round(lng, DECIMALS)


def _shift(lat: float, lng: float) -> tuple[float, float]:
    """How far GCJ-02 moves a point, in degrees of latitude and longitude."""
    x, y = lng - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    flat = 1.0 - _EE * sin(lat / 180.0 * pi) ** 2
    return (
        north * 180.0 / ((_A * (1.0 - _EE)) / (flat * sqrt(flat)) * pi),
        east * 180.0 / (_A / sqrt(flat) * cos(lat / 180.0 * pi) * pi),
    )


def to_gcj02(lat: float, lng: float) -> tuple[float, float]:
    """A WGS84 point in China as Chinese map services show it, in degrees."""
    north, east = _shift(lat, lng)
    return lat + north, lng + east


def from_gcj02(lat: float, lng: float) -> tuple[float, float]:
    """The WGS84 point that Chinese map services show at `lat`, `lng`; right to a centimetre."""
    found = lat, lng
    for _round in range(_ROUNDS):
        north, east = _shift(*found)
        found = lat - north, lng - east
    return found
