"""A load client: keeps N connections busy with given requests, each sent once, and says how it went.

Runs in a process of its own. Standard input: one JSON object with `host`, `port`, `connections` and `requests`
(whole HTTP/1.1 requests as text). Standard output: one JSON object.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any


def request_text(method: str, path: str, headers: dict[str, str], body: str) -> str:
    """One HTTP/1.1 request on a kept-alive connection."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body])


def drive(*, port: int, connections: int, requests: list[str], host: str = "127.0.0.1") -> dict[str, Any]:
    """Send `requests` from a separate process; returns seconds, rate, statuses and latencies in milliseconds."""
    order = json.dumps({"host": host, "port": port, "connections": connections, "requests": requests})
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=order, text=True, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).resolve().parent.parent,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


class _Line:
    """One connection with one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.got = b""

    def send(self, request: bytes) -> None:
        self.got = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """Reads what is there; the status once the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server hung up")
        self.got += piece
        head, found, body = self.got.partition(b"\r\n\r\n")
        if not found:
            return None
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else -1
        is_whole = len(body) >= length if length >= 0 else body.endswith(b"0\r\n\r\n")  # else in chunks
        return int(head[9:12]) if is_whole else None


def _run(order: dict[str, Any]) -> dict[str, Any]:
    requests = iter([text.encode() for text in order["requests"]])
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        busy = 0
        begun = time.perf_counter()
        for _ in range(order["connections"]):
            if (request := next(requests, None)) is None:
                break
            line = _Line(order["host"], order["port"])
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
            busy += 1
        while busy:
            for key, _ in selector.select():
                line = key.data
                if (status := line.status()) is None:
                    continue
                latencies.append(time.perf_counter() - line.sent_at)
                statuses[status] += 1
                if (request := next(requests, None)) is None:
                    selector.unregister(line.socket)
                    line.socket.close()
                    busy -= 1
                else:
                    line.send(request)
        seconds = time.perf_counter() - begun
    latencies.sort()
    return {
        "count": len(latencies),
        "seconds": round(seconds, 3),
        "per_second": round(len(latencies) / seconds, 1),
        "p50_ms": round(1000 * latencies[len(latencies) // 2], 2),
        "p99_ms": round(1000 * latencies[int(len(latencies) * 0.99)], 2),
        "max_ms": round(1000 * latencies[-1], 2),
        "statuses": {str(k): v for k, v in sorted(statuses.items())},
    }


if __name__ == "__main__":
    print(json.dumps(_run(json.load(sys.stdin))))
