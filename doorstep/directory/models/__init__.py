"""The tables of the directory."""

from doorstep.directory.models.accounts import AccessToken, Account, AccountManager, RoleGrant
from doorstep.directory.models.network import (
    Division,
    DivisionPast,
    Membership,
    Person,
    PersonColumns,
    Post,
    SearchKey,
    Unit,
    UnitPlacement,
)
from doorstep.directory.models.roster import RosterBefore, RosterImport, RosterRow

__all__ = [
    "AccessToken",
    "Account",
    "AccountManager",
    "Division",
    "DivisionPast",
    "Membership",
    "Person",
    "PersonColumns",
    "Post",
    "RoleGrant",
    "RosterBefore",
    "RosterImport",
    "RosterRow",
    "SearchKey",
    "Unit",
    "UnitPlacement",
]
