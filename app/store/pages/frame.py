"""What the frame around every page says about the company."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Company


@dataclass(frozen=True, slots=True)
class CompanyFrame:
    """The company's name, home zone, and the revision of its configuration."""

    name: str
    timezone: str
    revision: int


def find_company_frame(session: Session) -> CompanyFrame:
    """The company, or a nameless one before anything was set up."""
    row = session.execute(select(Company.name, Company.timezone, Company.revision)).first()
    return CompanyFrame(*row) if row else CompanyFrame("Scheduler", "UTC", 0)
