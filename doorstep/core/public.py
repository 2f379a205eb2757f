"""What pages for everybody are made of: rows that hold no person, a page of them, answers that may be kept a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe

from doorstep.core.actors import ANONYMOUS
from doorstep.core.listing import ListSpec, listing_of
from doorstep.core.views import view_rule

T = TypeVar("T")
View = Callable[..., HttpResponse]
SHARE_SIZE = (1200, 630)  # pixels of the picture that stands for the whole site


@dataclass(frozen=True, slots=True)
class PublicPage(Generic[T]):
    """One page of a public list; the rows are what pages may show, never rows of a table."""

    rows: tuple[T, ...]
    next: str = ""
    previous: str = ""
    filters: tuple[dict[str, Any], ...] = ()
    is_filtered: bool = False
    asked: dict[str, str] = field(default_factory=dict)


def public_page_of(spec: ListSpec, params: Mapping[str, str], shown: Callable[[list[Any]], list[T]]) -> PublicPage[T]:
    """One page of a list as nobody in particular sees it: filtered and paged by key as any other list.

    `spec` is not registered: it has no workbook and no kept views, and everybody may read its rows.
    """
    asked = {key: value.replace("\0", "") for key, value in params.items()}
    try:
        listing = listing_of(spec, ANONYMOUS, asked)
    except (ValueError, TypeError, ValidationError):  # an address somebody made up: the list from its beginning
        listing = listing_of(spec, ANONYMOUS, {})
    return PublicPage(
        rows=tuple(shown(listing.rows)),
        next=listing.next,
        previous=listing.previous,
        filters=tuple(listing.filters),
        is_filtered=listing.is_filtered,
        asked={item["key"]: item["value"] for item in listing.filters if item["value"]},
    )


def share_of(
    request: HttpRequest, *, title: str = "", about: str = "", image: str = "", size: tuple[int, int] = SHARE_SIZE
) -> dict[str, Any]:
    """What a page says of itself where it is shared: title, one sentence, its one address, a picture of `size` pixels.

    `image` is a path of this site; without one the picture that stands for the whole site is taken, at its own size.
    """
    is_own = bool(image)
    path = image or f"{settings.STATIC_URL}web/portal/share.png"
    return {
        "title": title or _("家门口"),
        "about": about or _("宁德九个县市区的培训阵地，都在这里。"),
        "url": request.build_absolute_uri(request.path),
        "image": request.build_absolute_uri(path),
        "size": size if is_own else SHARE_SIZE,
    }


def public_view(*, kind: str = "none", seconds: int = 300) -> Callable[[View], View]:
    """A page for everybody, or its head alone: it may be kept for some seconds, and is sent again only changed.

    What a signed-in visitor gets is theirs alone, because it says who is signed in. The language and the type size come
    from cookies, which the answer says. It goes compressed over a slow line: it holds no secret that could be guessed
    by its length.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = view(request, *args, **kwargs)
            if answer.status_code == 200 and not request.user.is_authenticated:
                answer.headers.setdefault("Cache-Control", f"public, max-age={seconds}")
            patch_vary_headers(answer, ("Cookie", "Accept-Language"))
            return answer

        return view_rule("", kind=kind, public=True)(require_safe(gzip_page(conditional_page(kept))))

    return mark


class PicturesForAll:
    """Photographs that may be kept are the same for everybody, so that one copy serves all who come by.

    Whoever looks at the session or the language on the way says that the answer hangs on them; for these it does not.
    Drawn pictures have words in them and stay as they are.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        answer = self.get_response(request)
        kind = answer.headers.get("Content-Type", "")
        is_photograph = kind.startswith("image/") and not kind.startswith("image/svg")
        if is_photograph and answer.headers.get("Cache-Control", "").startswith("public"):
            answer.headers.pop("Vary", None)
        return answer
