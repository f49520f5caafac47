"""Which commits that no ref reaches are lost, and which only have another name now. Reachability, patch and content decide, never a log's words.

A commit lives on where another one that is reached has its author, its author's time and its subject or its change (amend, rebase, cherry-pick), or
where a tip holds all that it changed (squash). A chain of commits that a tip holds as a whole is held in each of its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from handoffd.git.log import log_records
from handoffd.git.objects import CommitFacts
from handoffd.git.refs import existing, reachable
from handoffd.git.worktree_reader import WorktreeReader
from handoffd.model.questions import AskedCommit, Questions
from handoffd.model.records import dataclass, replace

# The newest commits that are asked for, and of the unreached ones that are looked into; tips that each is held against, and living commits.
MOST_ASKED = 400
MOST_DEAD = 200
MOST_TIPS = 60
MOST_LIVING = 2000
MOST_LATER = 10
# Seconds by which clocks may differ between a commit and the one that took its place.
_SLACK = 86400.0


@dataclass(frozen=True, slots=True)
class Lost:
    """`lost`: commits whose content is nowhere any more, oldest first. `became`: old name -> the name that has its change now; '' where no single
    commit has it."""

    lost: tuple[str, ...] = ()
    became: Mapping[str, str] | None = None


def lost_commits(reader: WorktreeReader, asked: Questions, held: Collection[str], tips: Sequence[str]) -> Lost:
    """Of the asked commits those that are there and that no branch, remote-tracking branch or tag reaches. HEAD is known to reach the `held` ones.
    `tips`: HEAD first, then the branches."""
    known = {commit.oid: commit for commit in (*asked.candidates, *asked.commits)}
    # In the order in which they were made: of two that hold the same the later one is told. Of what no event tells a branch stood there last.
    every = known | {oid: AskedCommit(oid, 0.0, (), ()) for oid in asked.left if oid not in known}
    wanted = [oid for oid in every if oid not in held][-MOST_ASKED:]
    here = {*held, *reachable(reader.git, wanted, "HEAD", "--branches", "--remotes", "--tags")} if wanted else set(held)
    unreached = [oid for oid in wanted if oid not in here]
    dead = {oid: _with_parents(reader, every[oid]) for oid in (existing(reader.git, unreached) if unreached else ())}
    dead = dict(list(dead.items())[-MOST_DEAD:])
    named = _named(reader, asked, held, dead)
    if not dead and not named:
        return Lost()
    facts = {oid: found for oid in (*dead, *named) if (found := reader.objects.commit(oid)) is not None}
    became = _replaced(reader, facts, dict(asked.amended), here)
    there = {oid: commit for oid, commit in dead.items() if oid in facts}
    kept = _held(reader, there, became, tips[:MOST_TIPS])
    gone = _without_parts(reader, [oid for oid in there if oid not in kept and oid not in became], there)
    newest = {(facts[oid].author_at, facts[oid].email, facts[oid].subject): oid for oid in gone}
    return Lost(tuple(oid for oid in gone if oid in newest.values()), dict.fromkeys(kept, "") | became)


def _with_parents(reader: WorktreeReader, commit: AskedCommit) -> AskedCommit:
    """With what git knows of a commit that no event tells of."""
    facts = None if commit.parents else reader.objects.commit(commit.oid)
    return replace(commit, parents=facts.parents) if facts is not None else commit


def _named(reader: WorktreeReader, asked: Questions, held: Collection[str], dead: Mapping[str, AskedCommit]) -> list[str]:
    """Commits that a revert of the branch names and that HEAD does not hold: they have another name there."""
    names = [oid for oid in asked.reverted if oid not in held and oid not in dead]
    return existing(reader.git, names) if names else []


def _without_parts(reader: WorktreeReader, gone: Sequence[str], dead: Mapping[str, AskedCommit]) -> list[str]:
    """Of lost commits that a later one holds in another form, as a squash, the later one alone: it is lost too, or what took its place is told."""
    left, order = [], list(dead)
    for oid in gone:
        at, parent = order.index(oid), next(iter(dead[oid].parents), "")
        others = (later for later in order[at + 1 : at + 1 + MOST_LATER] if oid not in _chain(later, dead))
        if not any(_holds(reader, parent, oid, later) for later in others):
            left.append(oid)
    return left


def _replaced(reader: WorktreeReader, facts: Mapping[str, CommitFacts], amended: Mapping[str, str], reached: Collection[str]) -> dict[str, str]:
    """Old name -> the name of the commit that took its place."""
    living = _living(reader, min(one.committer_at for one in facts.values()) - _SLACK) if facts else {}
    found = {oid: new for oid, one in facts.items() if (new := _twin(reader, one, living.get((int(one.author_at), one.email.lower()), ())))}
    for oid in facts:
        new, seen = oid, set[str]()
        while new in amended and new not in seen:
            seen.add(new)
            new = found.get(amended[new], amended[new])
        if new != oid and oid not in found:
            # The newest of a row of amends stands for all of them, lost or not.
            found[oid] = new if new in reached else found.get(new, "")
    return found


def _living(reader: WorktreeReader, since: float) -> dict[tuple[int, str], list[tuple[str, str]]]:
    """(author's time, address) -> names and subjects of commits that a branch or a remote-tracking branch reaches, HEAD's first."""
    fields = ("%H", "%at", "%ae", "%s")
    words = (f"--since={int(since)}", f"--max-count={MOST_LIVING}", "--no-merges")
    found: dict[tuple[int, str], list[tuple[str, str]]] = {}
    for record in (*log_records(reader.git, fields, *words, "HEAD", "--"), *log_records(reader.git, fields, *words, "--branches", "--remotes", "--")):
        if record and record[1].lstrip("-").isdigit():
            found.setdefault((int(record[1]), record[2].lower()), []).append((record[0], record[3]))
    return found


def _twin(reader: WorktreeReader, one: CommitFacts, living: Sequence[tuple[str, str]]) -> str:
    """The living commit of the same author and moment that has its subject, or holds its change."""
    same = next((oid for oid, subject in living if subject == one.subject), "")
    return same or next((oid for oid, _ in living if _holds(reader, next(iter(one.parents), ""), one.oid, oid)), "")


def _held(reader: WorktreeReader, dead: Mapping[str, AskedCommit], became: Mapping[str, str], every: Sequence[str]) -> set[str]:
    """Those whose whole change a tip holds, by themselves or with the ones that they were built on. What took a commit's place is a tip too."""
    found: set[str] = set()
    for oid in reversed(list(dead)):
        if oid in found:
            continue
        chain, tips = list(_chain(oid, dead)), [*filter(None, [became.get(oid, "")]), *every]
        bottom = next(iter(dead[chain[-1]].parents), "")
        if any(_holds(reader, bottom, oid, tip) for tip in tips):
            found.update(chain)
        elif len(chain) > 1 and any(_holds(reader, next(iter(dead[oid].parents), ""), oid, tip) for tip in tips):
            found.add(oid)
    return found


def _chain(oid: str, dead: Mapping[str, AskedCommit]) -> Iterator[str]:
    """The commit and the dead ones below it, by first parents."""
    while oid in dead:
        yield oid
        oid = next(iter(dead[oid].parents), "")


def _holds(reader: WorktreeReader, old: str, new: str, tip: str) -> bool:
    return bool(reader.objects.holds(old, new, tip))
