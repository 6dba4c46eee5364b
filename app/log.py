"""Structured logs, one JSON object a line, with request and lead ids bound and secrets taken out."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_KEYS = re.compile(
    r"authorization|cookie|token|secret|password|code|verifier|state|assertion|api_key|manage_url", re.I
)
_ALLOWED_KEYS = {"status_code", "error_code", "state_code"}
_BEARER = re.compile(r"(?i)(bearer\s+|[?&](?:t|token|code|state|key)=)[^\s&\"']+")


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key not in _ALLOWED_KEYS and _SECRET_KEYS.search(key):
            event[key] = "[removed]"
        elif isinstance(value, str):
            event[key] = _BEARER.sub(r"\1[removed]", value)
    return event


def configure_logging(level: str = "INFO") -> None:
    """Send everything, the standard library's records included, through one redacting JSON renderer."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("urllib3", "procrastinate", "googleapiclient"):
        logging.getLogger(noisy).setLevel("WARNING")


def get_logger(name: str) -> Any:
    """A logger that takes an event name and key-value facts: `log.info("booking.made", booking=…)`."""
    return structlog.get_logger(name)
