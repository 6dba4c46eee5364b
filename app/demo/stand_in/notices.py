"""Messages to applications that asked to be told of changes: what a calendar service sends, and how it may fail to."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

import requests

_TIMEOUT = 10.0
_PAUSES = (0.1, 0.3, 1.0)
_LOG_LENGTH = 2000


@dataclass(slots=True)
class Notices:
    """`routes` says where an https origin really listens, in place of names, certificates and proxies. `copies` is
    how often each message is sent, `is_dropping` loses them all, `delay` is in seconds. `log` holds what was sent and
    what was answered (0: nothing), without the messages' secrets."""

    routes: dict[str, str] = field(default_factory=dict)
    copies: int = 1
    is_dropping: bool = False
    delay: float = 0.0
    log: list[dict[str, Any]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def reset(self) -> None:
        """As at the start."""
        self.routes, self.copies, self.is_dropping, self.delay = {}, 1, False, 0.0
        self.log.clear()

    def send(self, address: str, headers: Mapping[str, str], body: Any = None) -> None:
        """Send a message behind the caller's back; 5xx and silence are tried again a few times."""
        if self.is_dropping:
            return
        for _ in range(self.copies):
            Thread(target=self._deliver, args=(address, dict(headers), body), daemon=True).start()

    def ask(self, address: str, query: Mapping[str, str]) -> requests.Response | None:
        """Send a question at once and wait for the answer; None when there is none."""
        return self._post(address, {"Content-Type": "text/plain"}, None, query)

    def _deliver(self, address: str, headers: dict[str, str], body: Any) -> None:
        time.sleep(self.delay)
        for pause in (0.0, *_PAUSES):
            time.sleep(pause)
            answer = self._post(address, headers, body)
            if answer is not None and answer.status_code < 500:
                return

    def _post(
        self, address: str, headers: dict[str, str], body: Any, query: Mapping[str, str] | None = None
    ) -> requests.Response | None:
        answer = None
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self._place(address),
                    headers=headers,
                    json=body,
                    params=query,
                    timeout=_TIMEOUT,
                    allow_redirects=False,
                )
        except requests.RequestException:
            pass
        with self._lock:
            self.log.append({"address": address, "status": 0 if answer is None else answer.status_code})
            del self.log[:-_LOG_LENGTH]
        return answer

    def _place(self, address: str) -> str:
        for origin, place in self.routes.items():
            if address.startswith(origin):
                return place + address.removeprefix(origin)
        return address
