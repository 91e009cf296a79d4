"""The letter as plain text: the body of a mail, and what a terminal shows."""

from __future__ import annotations

from reports.letter.content import Letter
from reports.letter.layout import later, second_page
from reports.paper import Paper


def render(letter: Letter, *, width: int = 78) -> str:
    """Page one, and what would let us see more."""
    paper = Paper(width, color=False)
    paper.put(letter.clinic)
    paper.put(letter.title)
    paper.put()
    paper.put(letter.answer)
    paper.put(letter.seen)
    if letter.quiet:
        paper.heading("A quiet month")
        nothing = "There is nothing to put right." if letter.lapsing else "There is nothing for you to do."
        paper.put(f"{nothing} {letter.unchanged}")
    for number, item in enumerate(letter.todo, 1):
        if number == 1:
            paper.heading("To do")
        paper.put(f"{number}. {item.do}", hang=3)
        for name in item.concerned:
            paper.put(f"- {name}", indent=3, hang=2)
        paper.put(item.why, indent=3)
        paper.put(f"Who: {item.who}. Time: {item.minutes}.", indent=3)
    if letter.later:
        paper.put()
        paper.put(later(letter).replace("page two", "the second page of the PDF"))
    if letter.changes or not letter.quiet:
        paper.heading("What changed")
    for group in letter.changes:
        paper.put(group.title + (f" (and {group.more} more)" if group.more else ""))
        for line in group.lines:
            paper.put(f"- {line}", indent=3, hang=2)
    if letter.unchanged and not letter.quiet:
        paper.put(letter.unchanged)
    if letter.accepted:
        paper.heading("Risks that you accepted for a time")
        for risk in letter.accepted:
            paper.put(f"- {risk.text}, accepted by {risk.approver} until {risk.until}", hang=2)
    if letter.lapsing:
        paper.heading("Papers on file that lapse soon")
        for line in letter.lapsing:
            paper.put(f"- {line}", hang=2)
    unseen = second_page(letter).unseen
    if unseen:
        paper.heading("What would let us see more")
        for line in unseen:
            paper.put(f"- {line}", hang=2)
        if len(letter.unseen) > len(unseen):
            paper.put(f"and {len(letter.unseen) - len(unseen)} more in the full report")
    paper.put()
    paper.put(letter.footer + (f" Questions: {letter.sender.contact}." if letter.sender.contact else ""))
    return str(paper)
