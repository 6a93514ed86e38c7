"""What a model says about its rows: which ones the database shows to whom.

Every model states `row_security`; `accounts.guard.install` writes it into PostgreSQL after each
migration, for the table and for its history. The settings it reads are those of
`accounts.scope`. Only a range on a `COLLATE "C"` column is leakproof and can use an index, so it
stands first in every policy.
"""

from dataclasses import dataclass


def _within(column: str) -> str:
    """SQL: the code in `column` lies in the area of the acting posting."""
    return (
        f"({column} >= current_setting('registry.area_lo', true)"
        f" AND {column} < current_setting('registry.area_hi', true))"
    )


def _sees(column: str) -> str:
    """SQL: the child in `column` is seen. Commands and jobs see every child, of which many rows
    are asked: what sees for them is cheaper than the function, which answers the same.
    """
    all_of_it = (
        "current_setting('registry.area_lo', true) = ''"
        " AND current_setting('registry.area_hi', true) = '~'"
    )
    return f"({all_of_it} OR registry_sees_child({column}))"


_OURS = "nullif(current_setting('registry.organisation_id', true), '')::bigint"  # organisation


@dataclass(frozen=True)
class Policy:
    """SQL of the rows that may be read and locked (`using`) and be written (`check`)."""

    using: str
    check: str


class RowSecurity:
    """Base of all statements; `policy()` is None when every row may be read by everyone."""

    def policy(self) -> Policy | None:
        raise NotImplementedError

    def history_policy(self) -> Policy | None:
        """The policy of the history table, whose columns have the same names."""
        return self.policy()


@dataclass(frozen=True)
class Open(RowSecurity):
    """No policy, and why that is right."""

    reason: str

    def policy(self) -> None:
        return None


@dataclass(frozen=True)
class ChildRows(RowSecurity):
    """The child itself: its managing area's, or anybody's with a dated access row."""

    def policy(self) -> Policy:
        within = _within("managing_area_id")
        # Who sees by an access row may lock the child (to hang something on it) but not change it.
        return Policy(using=f"{within} OR registry_has_access(id)", check=within)

    def history_policy(self) -> Policy:
        sees = _sees("id")
        return Policy(using=sees, check=f"{_within('managing_area_id')} OR {sees}")


@dataclass(frozen=True)
class OfChild(RowSecurity):
    """What hangs on a child is seen by whoever sees the child.

    Rows for which the SQL `secret_when` holds exist only for postings that may see secrets.
    """

    column: str = "child_id"
    secret_when: str = ""

    def policy(self) -> Policy:
        sees = _sees(self.column)
        if self.secret_when:
            told = "current_setting('registry.secrets', true) = 'yes'"
            sees = f"(NOT ({self.secret_when}) OR {told}) AND {sees}"
        return Policy(using=sees, check=sees)


@dataclass(frozen=True)
class AccessRows(OfChild):
    """What lets a child be seen: an open row shows itself, without asking for the child again."""

    def policy(self) -> Policy:
        me = "nullif(current_setting('registry.{}', true), '')::bigint"
        sees = super().policy().using
        mine = (
            f"(user_id = {me.format('user_id')}"
            f" OR organisation_id = {me.format('organisation_id')})"
            " AND current_setting('registry.no_children', true) IS DISTINCT FROM 'yes'"
            " AND opened_at <= statement_timestamp()"
            " AND (closed_at IS NULL OR closed_at > statement_timestamp())"
        )
        return Policy(using=f"({mine}) OR {sees}", check=sees)

    def history_policy(self) -> Policy:
        return super().policy()


@dataclass(frozen=True)
class OfChildAnnounced(OfChild):
    """Told beside to the organisation named in the column `organisation`, while the SQL
    `told_while` holds: this row alone, not the child; of its past nothing.
    """

    organisation: str = ""
    told_while: str = "false"

    def policy(self) -> Policy:
        sees = super().policy().using
        return Policy(
            using=f"({self.organisation} = {_OURS} AND {self.told_while}) OR {sees}", check=sees
        )

    def history_policy(self) -> Policy:
        return super().policy()


@dataclass(frozen=True)
class OfChildInArea(OfChild):
    """Books of a place: kept by the area they were written in, also when the child moves away.

    The range on the row's own column stands first: hundreds of thousands are written at once.
    Rows for which the SQL `few_when` holds are of postings told by the setting `told` alone.
    """

    area: str = "area_code"
    few_when: str = ""
    told: str = ""

    def policy(self) -> Policy:
        rows = f"{_within(self.area)} OR registry_sees_child({self.column})"
        if self.few_when:
            told = f"current_setting('registry.{self.told}', true) = 'yes'"
            rows = f"(NOT ({self.few_when}) OR {told}) AND ({rows})"
        return Policy(using=rows, check=rows)


@dataclass(frozen=True)
class NamedPeople(RowSecurity):
    """What hangs on a child and is seen by few of those who see the child.

    By the users whom the row itself names in the columns `people`, by postings told by the
    setting `told` (`accounts.scope`), and by everybody where the SQL `also_when` holds.
    """

    people: tuple[str, ...] = ()
    told: str = ""
    also_when: str = ""
    column: str = "child_id"

    def policy(self) -> Policy:
        me = "nullif(current_setting('registry.user_id', true), '')::bigint"
        doors = ["current_setting('registry.area_hi', true) = '~'"]  # commands and jobs
        doors += [f"{person} = {me}" for person in self.people]
        if self.told:
            doors.append(f"current_setting('registry.{self.told}', true) = 'yes'")
        if self.also_when:
            doors.append(f"({self.also_when})")
        rows = f"({' OR '.join(doors)}) AND registry_sees_child({self.column})"
        return Policy(using=rows, check=rows)


@dataclass(frozen=True)
class GuardianRows(RowSecurity):
    """A guardian: of the area that recorded it, and of whoever sees one of its children."""

    def policy(self) -> Policy:
        rows = f"{_within('recorded_in_id')} OR registry_sees_guardian(id)"
        return Policy(using=rows, check=rows)


@dataclass(frozen=True)
class OfGuardian(RowSecurity):
    column: str = "guardian_id"

    def policy(self) -> Policy:
        sees = f"registry_sees_guardian({self.column})"
        return Policy(using=sees, check=sees)


@dataclass(frozen=True)
class OwnRows(RowSecurity):
    """Rows of the signed-in user alone."""

    column: str

    def policy(self) -> Policy:
        own = f"{self.column} = nullif(current_setting('registry.user_id', true), '')::bigint"
        own = f"({own} OR current_setting('registry.area_hi', true) = '~')"
        return Policy(using=own, check=own)


@dataclass(frozen=True)
class InArea(RowSecurity):
    """Rows with a code of their own: those inside the area of the acting posting."""

    column: str

    def policy(self) -> Policy:
        within = _within(self.column)
        return Policy(using=within, check=within)


@dataclass(frozen=True)
class AuditedInArea(InArea):
    """Read also by who audits the area."""

    def policy(self) -> Policy:
        within = _within(self.column)
        return Policy(using=f"{within} OR {_audited(self.column)}", check=within)


@dataclass(frozen=True)
class InAreaOrOf(InArea):
    """Read and written also by the organisation named in the column `organisation`: a department
    that sent a list, or is asked something (who writes what of that, a trigger says)."""

    organisation: str

    def policy(self) -> Policy:
        rows = f"{_within(self.column)} OR {self.organisation} = {_OURS}"
        return Policy(using=rows, check=rows)


@dataclass(frozen=True)
class InAreaToldTo(InArea):
    """Read, and not written, by an organisation too, where the SQL `told_when` holds; of its past
    nothing."""

    told_when: str

    def policy(self) -> Policy:
        within = _within(self.column)
        return Policy(using=f"{within} OR ({_OURS} IS NOT NULL AND {self.told_when})", check=within)

    def history_policy(self) -> Policy:
        return InArea(self.column).policy()


@dataclass(frozen=True)
class InAnyArea(RowSecurity):
    """Of no place, and yet for those alone who act in an area: no department, no school."""

    def policy(self) -> Policy:
        in_area = "current_setting('registry.area_hi', true) <> ''"
        return Policy(using=in_area, check=in_area)


@dataclass(frozen=True)
class ForArea(RowSecurity):
    """What an area says to all below it: read there and above, written by the area and above."""

    column: str

    def policy(self) -> Policy:
        within = _within(self.column)
        below = f"starts_with(current_setting('registry.area_lo', true), {self.column})"
        return Policy(using=f"{within} OR {below}", check=within)


def _audited(column: str) -> str:
    return (
        f"({column} >= current_setting('registry.audit_lo', true)"
        f" AND {column} < current_setting('registry.audit_hi', true))"
    )


@dataclass(frozen=True)
class AccessLogRows(RowSecurity):
    """Anyone may add a line; the area that manages the child may read it."""

    def policy(self) -> Policy:
        own = "user_id = nullif(current_setting('registry.user_id', true), '')::bigint"
        return Policy(using=f"{_audited('area_code')} OR {own}", check="true")
