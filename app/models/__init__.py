"""The tables, typed. The database states the invariants; everything above relies on them."""

from app.models import guards
from app.models.account import Account
from app.models.alert import Alert, AlertKind, ProviderGate
from app.models.booking import (
    Booking,
    BookingState,
    GroupSession,
    Outcome,
    Reservation,
    ReservationState,
)
from app.models.calendar import (
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarState,
    Connection,
    ConnectionState,
    OAuthState,
    Provider,
    ReadingCause,
)
from app.models.company import Company, ConfigurationChange
from app.models.company_grant import CompanyGrant, CompanyGrantState, CompanyReach
from app.models.decision import AssignmentRecord, PartyRecord, RosterSnapshot, RouteRecord
from app.models.erasure import Erasure
from app.models.event import Deviation, EventState, ProviderEvent
from app.models.form import (
    Form,
    FormField,
    HoursRule,
    MeetingType,
    PreferredDays,
    RepMeetingHours,
    Router,
    RouterVersion,
)
from app.models.handover import CreditState, Handover, HandoverKind, PendingCredit
from app.models.judging import JudgedFor, JudgmentRecord, LeadBehavior, ReportedBy, StandardVersion
from app.models.lead import Lead, Request, RequestFacts, RequestState
from app.models.life import Doubt, Life
from app.models.people import (
    ApiKey,
    CalendarMode,
    Rep,
    RepSkill,
    RepTrip,
    Role,
    Schedule,
    ScheduleOverride,
    TimeOff,
    User,
    UserSession,
)
from app.models.pool import (
    LedgerEntry,
    LedgerPosition,
    Pool,
    PoolMember,
    Queue,
    QueueEntry,
    QueueState,
    Territory,
)
from app.models.push import ChannelState, PushChannel
from app.models.record import Activity, AuditEntry, IdempotencyRecord, RateCounter
from app.models.replay import Replay, ReplayRow, ReplayState

guards.attach()

__all__ = [
    "Account",
    "Activity",
    "Alert",
    "AlertKind",
    "ApiKey",
    "AssignmentRecord",
    "AuditEntry",
    "Booking",
    "BookingState",
    "BusyBlock",
    "Calendar",
    "CalendarMode",
    "CalendarReading",
    "CalendarState",
    "ChannelState",
    "Company",
    "CompanyGrant",
    "CompanyGrantState",
    "CompanyReach",
    "ConfigurationChange",
    "Connection",
    "ConnectionState",
    "CreditState",
    "Deviation",
    "Doubt",
    "Erasure",
    "EventState",
    "Form",
    "FormField",
    "GroupSession",
    "Handover",
    "HandoverKind",
    "HoursRule",
    "IdempotencyRecord",
    "JudgedFor",
    "JudgmentRecord",
    "Lead",
    "LeadBehavior",
    "LedgerEntry",
    "LedgerPosition",
    "Life",
    "MeetingType",
    "OAuthState",
    "Outcome",
    "PartyRecord",
    "PendingCredit",
    "Pool",
    "PoolMember",
    "PreferredDays",
    "Provider",
    "ProviderEvent",
    "ProviderGate",
    "PushChannel",
    "Queue",
    "QueueEntry",
    "QueueState",
    "RateCounter",
    "ReadingCause",
    "Rep",
    "RepMeetingHours",
    "RepSkill",
    "RepTrip",
    "Replay",
    "ReplayRow",
    "ReplayState",
    "ReportedBy",
    "Request",
    "RequestFacts",
    "RequestState",
    "Reservation",
    "ReservationState",
    "Role",
    "RosterSnapshot",
    "RouteRecord",
    "Router",
    "RouterVersion",
    "Schedule",
    "ScheduleOverride",
    "StandardVersion",
    "Territory",
    "TimeOff",
    "User",
    "UserSession",
]
