"""The table of permissions: one line a view. A view that is not here fails tests/web/test_permissions.py.

How to add a view: one `line(name, who, ...)` in the list of its app below (or a list of your own, added to `LINES`).
  name    as in the addresses: "desk:submission"; `every_view()` in mezon.web.permissions lists them all
  who     "anyone", "signed-in", or the roles that may, blank-separated: "provider reviewer"
  method  "GET" (default) or "POST" ...; a view that answers to both needs two lines
  of      what the address is about: the name of a maker in tests/web/permission_objects.py; the object stands at unit A
          of the pack; then "neighbour" (provider of B) and "foreigner" (every role, other pack) must be refused too
  states  object states in which `who` may; every other state must be refused ("" = it may in every state)
  data    what is posted: enough for the act to be reached
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OFFICE = "reviewer statistician"
PROVIDER_AND_OFFICE = f"provider {OFFICE}"
READERS = f"{PROVIDER_AND_OFFICE} steering-analyst"


@dataclass(frozen=True, kw_only=True)
class Line:
    name: str
    who: frozenset[str]
    method: str = "GET"
    of: str = ""
    states: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def line(
    name: str, who: str, *, method: str = "GET", of: str = "", states: str = "", data: dict[str, Any] | None = None
) -> Line:
    return Line(
        name=name, who=frozenset(who.split()), method=method, of=of, states=tuple(states.split()), data=data or {}
    )


def lines(who: str, names: str, *, space: str = "") -> list[Line]:
    """Give a line for reading each of several views."""
    return [line(f"{space}{name}", who) for name in names.split()]


PORTAL = lines(
    "anyone",
    """about claim claims company compare coverage data download home indicator indicator_file indicators interactive
    investments methodology methodology_of picture picture_table ranking register registers releases robustness search
    table trace trace_file unit vega what_if what_if_file what_if_result what_if_table""",
    space="portal:",
)
SITE = lines("anyone", "<root> offline offline-worker")
ENTRANCE = [
    *lines(
        "anyone",
        """account_login account_logout account_inactive account_reset_password account_reset_password_done
        account_reset_password_from_key account_reset_password_from_key_done mfa_authenticate openid_connect_login
        openid_connect_callback socialaccount_login_cancelled socialaccount_login_error socialaccount_signup
        accounts:join""",
    ),
    *lines(
        "signed-in",
        """account_reauthenticate account_change_password account_set_password mfa_index mfa_reauthenticate
        mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
        mfa_download_recovery_codes""",
    ),
]
_AT_A = {"role": "provider", "where": "mypack/A"}
_SURE = {"sure": "yes", "reason": "has left"}
ACCOUNTS = [
    line("accounts:home", "signed-in"),
    line("accounts:home", "signed-in", method="POST", data={"name": "New", "language": "en"}),
    line("accounts:end_other_sessions", "signed-in", method="POST"),
    line("accounts:issue_token", "signed-in"),
    line("accounts:end_session", "", method="POST", of="session of somebody else"),
    line("accounts:revoke_token", "", method="POST", of="token of somebody else"),
    line("accounts:people", "administrator"),
    line("accounts:invite", "administrator"),
    line("accounts:invite", "administrator", method="POST", data={"email": "new@people.example", **_AT_A}),
    line("accounts:person", "administrator", of="person"),
    line("accounts:grant", "administrator", method="POST", of="person", data=_AT_A),
    line("accounts:disable", "administrator", method="POST", of="person", data=_SURE),
    line("accounts:end_sessions_of", "administrator", method="POST", of="person"),
    line("accounts:enable", "administrator", method="POST", of="person", data={"reason": "back"}),
    line("accounts:invite_again", "administrator", method="POST", of="person"),
    line("accounts:revoke", "administrator", method="POST", of="grant", data=_SURE),
    line("accounts:revoke_token_of", "administrator", method="POST", of="token of somebody else"),
]
AUDIT = lines("administrator statistician", "records export_csv export_json chain", space="audit:")

_WRITES = "draft returned"
_FORM_OF_A = {"pack": "mypack", "form": "annual", "unit": "A", "period": "2024"}
_EVERYBODY = {"pack": "mypack"}
DESK = [
    *lines("signed-in", "home calendar", space="desk:"),
    line("desk:open", "provider statistician", method="POST", of="place", data=_FORM_OF_A),
    line("desk:remind", OFFICE, method="POST", of="pack", data=_EVERYBODY),
    line("desk:submission", PROVIDER_AND_OFFICE, of="submission"),
    line("desk:submission", "provider", method="POST", of="submission", states=_WRITES),
    line("desk:cell", "provider", method="POST", of="submission", states=_WRITES),
    line("desk:history", PROVIDER_AND_OFFICE, of="cell"),
    line("desk:history", PROVIDER_AND_OFFICE, method="POST", of="cell", data={"text": "Looks right."}),
    line("desk:evidence", PROVIDER_AND_OFFICE, of="evidence"),
    line("desk:workbook", PROVIDER_AND_OFFICE, of="submission"),
    line("desk:table", PROVIDER_AND_OFFICE, of="submission"),
    line("desk:upload", "provider", method="POST", of="submission", states=_WRITES),
    line("desk:upload-result", PROVIDER_AND_OFFICE, of="upload"),
    line("desk:annotated", PROVIDER_AND_OFFICE, of="workbook upload"),
    line("desk:confirm", "provider", method="POST", of="upload", states=_WRITES, data={"mode": "good"}),
    line("desk:submit", "provider", of="submission", states=_WRITES),
    line("desk:submit", "provider", method="POST", of="submission", states=_WRITES, data={"statement": "Ours."}),
    line("desk:withdraw", "provider", method="POST", of="submission", states="submitted", data={"reason": "A slip."}),
    line("desk:queue", OFFICE),
    line("desk:review", OFFICE, of="submission"),
    *(
        line("desk:review", OFFICE, method="POST", of="submission", states=states, data={"act": act, "version": "1"})
        for act, states in (("verify", "submitted"), ("approve", "verified"))
    ),
    # Of the working view everybody who may read any of it sees their own units; B's provider is no neighbour there.
    line("desk:working", READERS),
    line("desk:working-pack", f"{READERS} neighbour", of="whole pack"),
    line("desk:working-file", f"{READERS} neighbour", of="whole pack"),
    line("desk:working-value", READERS, of="free value"),
    line("desk:working-value", PROVIDER_AND_OFFICE, of="confidential value"),
    line("desk:changes", OFFICE, of="whole pack"),
    # Once released, a receipt is public (tests/web/desk/test_receipts.py).
    line("desk:receipt", PROVIDER_AND_OFFICE, of="receipt"),
    line("desk:freezing", "statistician"),
    line("desk:freeze", "statistician", of="whole pack"),
    line("desk:freeze", "statistician", method="POST", of="whole pack", data={"act": "answer"}),
    line("desk:frozen", "statistician", of="release on its way"),
    line(
        "desk:frozen", "statistician", method="POST", of="release on its way", states="frozen", data={"act": "publish"}
    ),
]
#: Definitions are about no unit: the neighbour reads them too; of the rows of a register only those of their own unit.
_READS = "provider neighbour reviewer statistician steering-analyst"
DEFINITIONS = [
    line("desk:definitions", "provider reviewer statistician steering-analyst"),
    *(line(f"desk:{name}", _READS, of="definition")
      for name in ("definitions-of", "definition", "definition-differences", "definition-file")),
    line("desk:definition-file", "statistician", of="register"),
    line("desk:register", _READS, of="register"),
    line("desk:register-row", "provider reviewer statistician steering-analyst", of="row of a register"),
    *(line(f"desk:{name}", "statistician", of="definition") for name in ("definition-new", "definition-edit")),
    *(line(f"desk:{name}", "statistician", method="POST", of="definition", data={"change": "1", "text": "x = 1"})
      for name in ("definition-new", "definition-edit")),
    line("desk:proposal", "statistician", of="proposal"),
    line("desk:proposal", "statistician", method="POST", of="proposal", data={"act": "accept", "reason": "agreed"}),
    line("desk:register-add", "statistician", of="register"),
    line("desk:register-revise", "statistician", of="row of a register"),
    *(line(f"desk:{name}", "statistician", method="POST", of="row of a register", data={"change": "9"})
      for name in ("register-add", "register-revise", "register-withdraw")),
]  # fmt: skip
WORKING = [
    line("working:jobs", "signed-in"),
    line("working:job", "administrator statistician", of="job"),
    line("working:now", "administrator statistician", of="job"),
    line("working:cancel", "administrator statistician", method="POST", of="job"),
]
#: A session is no token: whoever is signed in is a stranger to the API. Tokens have a table of their own
#: (tests/web/api/test_service_permissions.py).
API = [
    *lines("anyone", "api-guide api-nothing api:api-root api:openapi-json"),
    *lines("anyone", "releases observations scores indicators units sources", space="api:"),
    *lines("", "forms submissions submission working_observations jobs job job_findings", space="api:"),
    *(line(f"api:{name}", "", method="POST", data={"x": "y"})
      for name in ("open_submission", "send_file", "confirm", "submit", "withdraw", "bring_in")),
    line("api:put_cells", "", method="PUT"),
    line("api:cancel_job", "", method="DELETE"),
]  # fmt: skip

LINES = [*SITE, *PORTAL, *ENTRANCE, *ACCOUNTS, *AUDIT, *DESK, *DEFINITIONS, *WORKING, *API]
