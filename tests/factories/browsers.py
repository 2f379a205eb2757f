"""Somebody's browser, signed in; without the password, which takes its time."""

from __future__ import annotations

from django.test import Client

from doorstep.directory.models import Account

BACKEND = "doorstep.directory.sign_in.NameOrPhoneBackend"


def sign_in(client: Client, account: Account) -> Client:
    """Sign an account in, in a browser that may be somebody else's until now."""
    client.force_login(account, backend=BACKEND)
    return client


def signed_in(account: Account) -> Client:
    """A new browser in which the account is signed in."""
    return sign_in(Client(), account)
