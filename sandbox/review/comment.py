"""The comment on a pull request: one Markdown text for one or more stacks, folded, never over the limit.

`python -m sandbox.review.comment FILE…` prints it from the reviews' JSON, which it takes as untrusted.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.review import mermaid
from sandbox.review.changes import Change, Kind, repeated
from sandbox.review.cost import Line, assumptions
from sandbox.review.markdown import code, left_out, message, money, plain, table
from sandbox.review.published import data
from sandbox.review.verdict import REVIEW, Cost, Review, Status, Violation

MARKER = "<!-- fortress-review -->"
LIMIT = 65_536
_LARGEST_INPUT = 20_000_000
_MARKS = {Kind.DELETE: "🟥", Kind.REPLACE: "🟪", Kind.UPDATE: "🟨", Kind.MOVE: "🟦", Kind.CREATE: "🟩"}
_VERDICTS = {
    Status.ERROR: "❌ could not be compared",
    Status.DATA_LOSS: "🛑 DATA WOULD BE LOST",
    Status.POLICY: "❌ a mandatory policy objects",
    Status.BUDGET: "❌ over the budget",
}


@dataclass(frozen=True, kw_only=True)
class Detail:
    """How much is said: rows of a list, whether the picture is drawn, whether sections fold."""

    rows: int
    picture: bool = True
    folds: bool = True

    def section(self, title: str, lines: Sequence[str], *, is_open: bool = False) -> list[str]:
        """A part with its title; none where there is nothing to say."""
        if not lines:
            return []
        if not self.folds:
            return ["", f"### {title}", "", *lines]
        opening = "<details open>" if is_open else "<details>"
        return ["", f"{opening}<summary><b>{title}</b></summary>", "", *lines, "", "</details>"]


_DETAILS = (Detail(rows=400), Detail(rows=100), Detail(rows=40), Detail(rows=40, picture=False),
            Detail(rows=10, picture=False), Detail(rows=2, picture=False))  # fmt: skip


def comment(reviews: Sequence[Review], own_tools: Sequence[str] = ()) -> str:
    """The comment, as detailed as the limit allows. `own_tools`: files of the change that decide what is said here."""
    texts = (written(reviews, detail, own_tools) for detail in _DETAILS)
    return next((text for text in texts if len(text.encode()) <= LIMIT), written([], _DETAILS[-1], own_tools))


def written(reviews: Sequence[Review], detail: Detail, own_tools: Sequence[str] = ()) -> str:
    """The text at one level of detail."""
    lines = [MARKER, "# See it before it happens", ""]
    if own_tools:
        named = ", ".join(code(name) for name in own_tools[:5])
        more = f" and {len(own_tools) - 5} more" if len(own_tools) > 5 else ""
        lines += ["> [!WARNING]", "> **This change also changes what makes this comment**, so it may say anything:",
                  f"> {named}{more}. Read those first.", ""]  # fmt: skip
    lines += [
        "Two revisions of the program are compared, not what is deployed: `pulumi preview` with a credential does",
        "the other. No cloud was asked.",
    ]
    for each in reviews:
        lines += _stack(each, detail)
    if not reviews:
        lines += ["", "This change is too large for a comment: the workflow's artifact has all of it as JSON."]
    return "\n".join(lines) + "\n"


def _stack(review: Review, detail: Detail) -> list[str]:
    lines = ["", f"## Stack {code(review.stack)}: {_verdict(review)}", ""]
    lines += [f"{code(review.base)} → {code(review.head)}"]
    if review.failure:
        told = [f"> {message(line)}" for line in review.failure.splitlines()]
        return [*lines, "", "> [!CAUTION]", "> **Nothing was compared.** What changes is not known:", *told,
                *_notes(review, detail)]  # fmt: skip
    return [
        *lines, "", _summary(review), *_losses(review, detail), *_changes(review, detail),
        *_postures(review, detail), *_policies(review, detail), *_cost(review, detail), *_picture(review, detail),
        *_notes(review, detail),
    ]  # fmt: skip


def _verdict(review: Review) -> str:
    if review.status in _VERDICTS:
        return _VERDICTS[review.status]
    if any(each.weaker for each in review.postures):
        return "⚠️ less safe than before"
    if any(change.is_cloud and change.kind in (Kind.DELETE, Kind.REPLACE) for change in review.changes):
        return "⚠️ resources go, no data is at stake"
    return "✅ nothing stands against it"


def _summary(review: Review) -> str:
    counts = Counter(change.kind for change in review.changes if change.is_cloud)
    told = [f"{_MARKS[kind]} {counts[kind]} {kind.done}" for kind in Kind if counts[kind]]
    told = told or ["no resource changes"]
    weaker = sum(each.weaker for each in review.postures)
    told += [f"🔓 {weaker} less safe"] if weaker else []
    states = Counter(each.state for each in review.violations)
    told += [f"⚖️ {states[state]} {state}" for state in ("new", "silenced", "fixed") if states[state]]
    cost = review.cost
    if cost is not None:
        told.append(f"💰 {money(cost.before)} → **{money(cost.after)}** a month ({_signed(cost.after - cost.before)})")
    return " · ".join(told)


def _losses(review: Review, detail: Detail) -> list[str]:
    if not review.losses:
        return []
    lines = ["", "> [!CAUTION]", "> # DATA WOULD BE LOST"]
    for change in review.losses[: detail.rows]:
        lines += [
            ">",
            f"> **{code(change.label)} is {change.kind.done.upper()}: {plain(change.loss)}.** {_reason(change)}",
        ]
        lines += [
            f"> What stands against it: {plain(change.keeper)}."
            if change.keeper
            else "> **Nothing stands against it.**"
        ]
        if change.name in review.asked:
            lines += ["> `protection.replaceable` asks for it by name."]
    return [*lines, *left_out(len(review.losses), detail.rows)]


def _reason(change: Change) -> str:
    where = f" ({code(change.position)})" if change.position else ""
    if change.kind is Kind.DELETE:
        return f"The program has it no more{where}. {plain(change.note)}".rstrip()
    forced = [
        f"{code(each.path)} {code(each.before)} → {code(each.after)}" for each in change.properties if each.forces
    ]
    because = f", because {code(change.because)} is replaced" if change.because else ""
    return f"Forced by {', '.join(forced[:3]) or 'its provider'}{because}{where}."


def _changes(review: Review, detail: Detail) -> list[str]:
    common = repeated(list(review.changes))
    own = [change for change in review.changes if change.is_cloud and not _is_folded(change, common)]
    rows = [(_MARKS[each.kind], each.kind.done, code(each.label), _why(each), _place(each)) for each in own]
    lines = table(("", "", "resource", "why", "where"), rows, detail.rows)
    told = [line for change in own[: detail.rows] for line in _properties(change, common)]
    lines += detail.section("Properties, before and after", told)
    folded = [(code(each.path), code(each.before), code(each.after), f"{count} resources")
              for each, count in sorted(common.items(), key=lambda pair: (-pair[1], pair[0].path))]  # fmt: skip
    lines += detail.section("The same on many resources", table(("property", "before", "after", "on"), folded,
                                                                detail.rows))  # fmt: skip
    others = [change for change in review.changes if not change.is_cloud]
    inside = [f"- {each.kind.done} {code(each.label)} {_place(each)}" for each in others]
    lines += detail.section("Components and providers", inside[: detail.rows] + left_out(len(inside), detail.rows))
    return detail.section("What changes", lines, is_open=True)


def _is_folded(change: Change, common: dict) -> bool:
    return change.kind is Kind.UPDATE and bool(change.properties) and all(each in common for each in change.properties)


def _why(change: Change) -> str:
    told = [f"forced by {code(each.path)}" for each in change.properties if each.forces][:3]
    told += [f"follows {code(change.because)}"] if change.because else []
    told += [f"was {code(change.earlier.rpartition('::')[2])}, joined by its alias"] if change.earlier else []
    told += [plain(change.note)] if change.note else []
    if not told and change.kind is Kind.UPDATE:
        told = [", ".join(code(each.path) for each in change.properties[:4])]
    return "; ".join(told)


def _properties(change: Change, common: dict) -> list[str]:
    shown = [each for each in change.properties if each not in common]
    rows = [f"  - {code(each.path)}: {code(each.before)} → {code(each.after)}{' **(replaces)**' if each.forces else ''}"
            for each in shown]  # fmt: skip
    return [f"- {_MARKS[change.kind]} {code(change.label)}", *rows[:40]] if rows else []


def _place(change: Change) -> str:
    return code(change.position) if change.position else ""


def _postures(review: Review, detail: Detail) -> list[str]:
    lines: list[str] = []
    for weaker, title in ((True, "🔓 Less safe"), (False, "🔒 Safer")):
        found = [each for each in review.postures if each.weaker is weaker]
        rows = [
            (f"**{plain(each.what)}**" if weaker else plain(each.what), message(each.where), code(each.position))
            for each in found
        ]
        lines += detail.section(f"{title} ({len(found)})", table(("what", "where", "line"), rows, detail.rows),
                                is_open=weaker)  # fmt: skip
    return lines


def _policies(review: Review, detail: Detail) -> list[str]:
    if not review.violations:
        return detail.section("⚖️ Policies", ["No policy objects, before or after."])
    lines: list[str] = []
    told = {"new": "New: this change brings them", "silenced": "Silenced: only the base's own policies still object",
            "standing": "Standing: they were there before", "fixed": "Fixed by this change"}  # fmt: skip
    for state, title in told.items():
        found = [each for each in review.violations if each.state == state]
        items = [_violation(each) for each in found]
        lines += (
            [f"**{title} ({len(found)})**", "", *items[: detail.rows], *left_out(len(items), detail.rows), ""]
            if found
            else []
        )
    urgent = any(each.state in ("new", "silenced") for each in review.violations)
    return detail.section("⚖️ Policies", lines[:-1], is_open=urgent)


def _violation(violation: Violation) -> str:
    level = "**mandatory**" if violation.finding.mandatory else "advisory"
    where = f" at {code(violation.position)}" if violation.position else ""
    said = message(": ".join(violation.finding.message.splitlines()))
    return f"- {level} {code(violation.finding.policy)} on {code(violation.label)}{where}: {said}"


def _cost(review: Review, detail: Detail) -> list[str]:
    cost = review.cost
    if cost is None:
        return []
    moved = [pair for pair in cost.lines if _usd(pair[0]) != _usd(pair[1])]
    rows = [
        (code(known.label), _usd(before), _usd(after), message(known.detail))
        for before, after in moved
        if (known := after or before) is not None
    ]
    lines = [*_budget(cost), *table(("resource", "before", "after", "how"), rows, detail.rows)]
    every = [
        (code(after.label), _usd(after), message(after.detail))
        for _, after in cost.lines
        if after and after.usd is not None
    ]
    lines += detail.section("Every priced resource", table(("resource", "a month", "how"), every, detail.rows))
    none = [f"- {code(after.label)}: {message(after.detail)}" for _, after in cost.lines if after and after.usd is None]
    lines += detail.section("What has no price here", none[: detail.rows] + left_out(len(none), detail.rows))
    prices = data("prices")
    said = f"{prices['source']}, {prices['date']}, {prices['hours_per_month']} hours a month; {prices['unsure']}."
    left = "Data transfer, backups and what AWS itself runs on the nodes are not in it."
    lines += ["", f"{said} Assumed: {', '.join(assumptions())}. {left}"]
    title = f"💰 Cost: {money(cost.before)} → {money(cost.after)} a month"
    return detail.section(title, lines, is_open=cost.is_over)


def _budget(cost: Cost) -> list[str]:
    before, after = cost.budgets
    if after is None:
        return ["This stack has no budget.", ""]
    moved = f" (this change moves it from {money(before)})" if before not in (None, after) else ""
    if cost.is_over:
        return [f"**OVER THE BUDGET of {money(after)}{moved} by {money(cost.after - after)}.**", ""]
    return [f"Within the budget of {money(after)}{moved}.", ""]


def _usd(line: Line | None) -> str:
    return "—" if line is None or line.usd is None else money(line.usd)


def _signed(usd: float) -> str:
    return f"{'+' if usd >= 0 else '−'}{money(abs(usd))}"


def _picture(review: Review, detail: Detail) -> list[str]:
    if review.platform is None:
        return []
    if not detail.folds:
        arrows = [f"- {code(each.source)} → {code(each.target)}: {code(each.ports)}" for each in review.platform.arrows]
        return detail.section("Who may talk to whom", arrows[: detail.rows] + left_out(len(arrows), detail.rows))
    drawn = ["```mermaid", *mermaid.drawn(review.platform), "```"] if detail.picture else []
    return detail.section("🗺️ Picture: who may talk to whom", drawn)


def _notes(review: Review, detail: Detail) -> list[str]:
    notes = [f"- {message(note)}" for note in review.notes]
    notes += [f"- nothing says which properties of {code(each)} cannot change in place: a replacement would not be seen"
              for each in review.unjudged]  # fmt: skip
    if not review.failure:
        counts = f"{review.resources[0]} resources before, {review.resources[1]} after"
        source = data("replacement")["source"]
        notes.append(f"- {counts}; what forces a replacement is from {source}, with exceptions by hand")
    return detail.section("How this was made", notes)


def read(files: Sequence[Path]) -> list[Review]:
    """The reviews in these files, by stack; SandboxError names the file that holds none."""
    reviews = []
    for file in files:
        try:
            if file.stat().st_size > _LARGEST_INPUT:
                raise ValueError(f"it has more than {_LARGEST_INPUT} bytes")
            reviews.append(REVIEW.validate_json(file.read_bytes()))
        except (OSError, ValueError) as error:
            raise SandboxError(f"{file} is no review of this version: {str(error).splitlines()[0]}") from None
    return sorted(reviews, key=lambda each: each.stack)


def main(files: Sequence[str]) -> int:
    """Prints the comment of the reviews in these files; refuses what is no review with a message."""
    try:
        sys.stdout.write(comment(read([Path(file) for file in files])))
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return Status.ERROR
    return Status.HARMLESS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
