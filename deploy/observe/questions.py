"""What is asked of Prometheus and Alertmanager over HTTP."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp

ASK_S = aiohttp.ClientTimeout(total=10)


async def answer(url: str, **parameters: str) -> tuple[int, Any]:
    """GET a JSON document; answers status and document, or 0 and the error when nobody answers."""
    try:
        async with aiohttp.ClientSession(timeout=ASK_S) as session, session.get(url, params=parameters) as response:
            return response.status, await response.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        return 0, str(error)


async def is_up(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        async with aiohttp.ClientSession(timeout=ASK_S) as session, session.get(url) as response:
            return response.status == HTTPStatus.OK
    except (aiohttp.ClientError, TimeoutError):
        return False


async def active_alerts(alertmanager: str) -> list[Mapping[str, str]]:
    """List the labels of every alert that Alertmanager holds, those that another inhibits included."""
    status, found = await answer(f"{alertmanager}/api/v2/alerts")
    return [one["labels"] for one in found] if status == HTTPStatus.OK else []


async def instant(prometheus: str, query: str) -> list[dict[str, Any]]:
    """Answer an instant query's vector; empty when it cannot be had."""
    status, found = await answer(f"{prometheus}/api/v1/query", query=query)
    return list(found["data"]["result"]) if status == HTTPStatus.OK else []
