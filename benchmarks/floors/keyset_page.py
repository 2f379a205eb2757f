"""The floor of a list page: the product's shell and table, hand-written keyset SQL, one statement."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

_SQL = """
SELECT p.id, p.name, p.category, m.unit_id, u.short_name
FROM directory_person p JOIN directory_membership m ON m.person_id = p.id AND m.is_primary AND m.valid_to IS NULL
JOIN directory_unit u ON u.id = m.unit_id
WHERE p.id > %s ORDER BY p.id LIMIT 51
"""
_PAGE = """{% extends "web/base.html" %}{% block main %}<table class="led two"><tbody>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>{% endblock %}"""


def keyset(request: HttpRequest) -> HttpResponse:
    """One page of people by key."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [int(request.GET.get("after", "0"))])
        rows = cursor.fetchall()
    return HttpResponse(engines["django"].from_string(_PAGE).render({"rows": rows}, request))


urlpatterns = [path("floor/", keyset), path("", include("doorstep.config.urls"))]
