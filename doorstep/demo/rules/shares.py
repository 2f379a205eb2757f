"""Which people are in which kind of branch: national shares, shifted to a rural city.

National shares of 2023 (bulletin of 2024-06-30): women 30.4 %, minorities 7.7 %, college and more 56.2 %, 61 and older
28.1 %. A rural city is older and less schooled; the shifts are ours and are stated in `docs/demo-city.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.demo.rules.lots import Urn

# Ages in years: first and last age of a band with its weight.
Bands = Urn[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Profile:
    """The people of one kind of branch; shares are between 0 and 1."""

    women: float
    college: float
    ages: Bands
    occupations: Urn[str]
    floating: float


def _ages(*weights: float) -> Bands:
    bands = ((21, 30), (31, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 70), (71, 88))
    return Urn.of(*zip(bands, weights, strict=True))


# Occupations by the codes of list member_occupation.
PROFILES = {
    "village": Profile(
        0.21, 0.20, _ages(7, 7, 7, 7, 8, 10, 12, 24, 18), Urn.of(("02", 76), ("01", 6), ("07", 14), ("04", 4)), 0.13
    ),
    "community": Profile(
        0.36, 0.42, _ages(7, 7, 7, 7, 7, 8, 11, 27, 19), Urn.of(("08", 42), ("07", 28), ("01", 12), ("04", 18)), 0.05
    ),
    "agency": Profile(0.31, 0.95, _ages(13, 14, 14, 13, 14, 16, 16, 0, 0), Urn.of(("05", 86), ("03", 8), ("01", 6)), 0),
    "school": Profile(0.52, 0.98, _ages(14, 14, 15, 15, 15, 15, 12, 0, 0), Urn.of(("03", 88), ("04", 12)), 0),
    "hospital": Profile(0.50, 0.95, _ages(16, 17, 16, 15, 14, 13, 9, 0, 0), Urn.of(("03", 86), ("04", 14)), 0),
    "state_firm": Profile(
        0.24, 0.66, _ages(12, 13, 14, 15, 16, 16, 14, 0, 0), Urn.of(("01", 44), ("04", 36), ("03", 20)), 0.01
    ),
    "private_firm": Profile(
        0.28, 0.58, _ages(17, 17, 16, 14, 13, 12, 9, 2, 0), Urn.of(("04", 42), ("01", 36), ("03", 22)), 0.06
    ),
    "retired": Profile(0.29, 0.48, _ages(0, 0, 0, 0, 0, 2, 4, 52, 42), Urn.of(("08", 1)), 0.02),
}

RETIREMENT_AGE = 61
COLLEGE = Urn.of(("31", 48), ("21", 47), ("14", 5))  # list education: 大专, 本科, 硕士
COLLEGE_OLD = Urn.of(("31", 74), ("21", 26))
SCHOOL = Urn.of(("61", 34), ("41", 20), ("71", 38), ("81", 8))  # 高中, 中专, 初中, 小学
SCHOOL_OLD = Urn.of(("61", 14), ("41", 8), ("71", 42), ("81", 34), ("90", 2))

SHE = "22"
SHE_TOWNSHIP, SHE_VILLAGES = 0.42, {"350902103208", "350921103225"}
SHE_COUNTIES = {"350902", "350921", "350981", "350982"}
SHE_IN_COUNTY, SHE_ELSEWHERE, SHE_IN_SHE_VILLAGE = 0.05, 0.012, 0.85
OTHER_MINORITY = 0.003
OTHER_MINORITIES = Urn.of(("15", 4), ("06", 3), ("08", 2), ("11", 1), ("03", 1))  # 土家 苗 壮 满 回

PROBATIONARY, LOST_CONTACT = 0.016, 0.004
FLOW_TO = Urn.of(
    ("福建省福州市", 30), ("福建省厦门市", 14), ("上海市", 14), ("浙江省温州市", 10), ("广东省深圳市", 9),
    ("浙江省杭州市", 7), ("江苏省苏州市", 5), ("北京市", 5), ("福建省泉州市", 6),
)  # fmt: skip


def she_share(division: str, county: str, in_she_township: bool) -> float:
    """How likely a member of a branch is She."""
    if division[:12] in SHE_VILLAGES:
        return SHE_IN_SHE_VILLAGE
    if in_she_township:
        return SHE_TOWNSHIP
    return SHE_IN_COUNTY if county in SHE_COUNTIES else SHE_ELSEWHERE
