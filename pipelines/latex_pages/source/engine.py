"""TeX's mouth, as far as papers need it: a stack of tokens to read, meanings, groups, modes.

The engine reads tokens, expands what the source defined, and passes everything else on. It never
loops: each use of a macro in the source may cost a bounded number of steps and tokens, after which
the use is refused, the macro at fault is not expanded any more, and reading goes on behind it; the
work as a whole has a bound too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.latex_pages.source import standard
from pipelines.latex_pages.source.document import Document
from pipelines.latex_pages.source.meanings import (
    FALSE,
    NOWHERE,
    TRUE,
    Character,
    Macro,
    Meaning,
    Parameter,
    Standard,
    Switch,
    plain_text,
)
from pipelines.latex_pages.source.reading import Reader
from pipelines.latex_pages.source.tokens import Token

MAX_STEPS = 20_000
"""Expansions that one use of a macro in the source may cost."""
MAX_PUSHED = 300_000
"""Tokens that they may produce."""
MAX_NESTED = 60
"""Expansions that wait for each other (`\\expandafter\\expandafter…`); more are not made."""
MAX_DEPTH = 500
"""Groups in each other; deeper ones are refused and not followed."""

_NOBODY = Token("control", "", NOWHERE)
Handler = Callable[["Engine", Token], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What could not be expanded: the macro or primitive, why, and where."""

    macro: str
    reason: str
    place: tuple[int, int]


@dataclass(slots=True)
class Frame:
    """A group: what opened it, the mode around it, the meanings to restore."""

    kind: str
    mode: str
    pending: int
    saved: dict[str, Meaning | None] | None = None
    is_list: bool = False


@dataclass(slots=True, kw_only=True)
class Engine(Reader):
    """The state of reading one work.

    Attributes:
        handlers: what LaTeX's own control sequences do here, by name.
        expandable: the names among them that expand (and assign nothing).
        document: what was learnt about the document.
        out: tokens of the document's body so far.
        mode: "text", "inline" or "display".
        pending: how many groups from here the next text inside a formula is (`\\text{`: 1).
    """

    handlers: Mapping[str, Handler]
    expandable: frozenset[str]
    document: Document
    out: list[Token] = field(default_factory=list)
    meanings: dict[str, Meaning] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    conditions: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    mode: str = "text"
    pending: int = 0
    in_body: bool = False
    done: bool = False
    expanded: int = 0
    endless: set[str] = field(default_factory=set)
    too_deep: int = 0
    nested: int = 0
    floor: int = 1 << 60
    steps: int = 0
    _used: Counter[str] = field(default_factory=Counter)
    _before: tuple[int, int, int] = (0, 0, 0)
    _user: Token = _NOBODY

    def words(self) -> str | None:
        """Take an argument and return it expanded, if it is then only characters."""
        taken = self.argument()
        if taken is None:
            return None
        text = plain_text(taken)
        if text is not None:
            return text
        return plain_text(self.expand_fully(taken))

    # ------------------------------------------------------------ meanings and groups

    def define(self, name: str, meaning: Meaning | None, *, everywhere: bool = False) -> None:
        """Give a control sequence a meaning, until its group ends or everywhere."""
        fixed = name in self.handlers and name not in standard.YIELDING
        if name in standard.KEPT or (fixed and not isinstance(meaning, Switch)):
            return
        if everywhere:
            self.charge(len(self.frames) // 8)
            for frame in self.frames:
                if frame.saved:
                    frame.saved.pop(name, None)
        elif self.frames:
            frame = self.frames[-1]
            if frame.saved is None:
                frame.saved = {}
            frame.saved.setdefault(name, self.meanings.get(name))
        if meaning is None:
            self.meanings.pop(name, None)
        else:
            self.meanings[name] = meaning

    def open(self, kind: str, mode: str | None = None) -> None:
        """Begin a group."""
        if len(self.frames) >= MAX_DEPTH:
            if not self.too_deep:
                self.refuse("{", "groups too deep", self._user)
            self.too_deep += 1
            return
        self.frames.append(Frame(kind, self.mode, self.pending))
        self.opened[kind] += 1
        self.mode = mode or self.mode
        self.pending = 0

    def close(self, kind: str) -> bool:
        """End the innermost group of a kind, and what was left open in it."""
        if self.too_deep:
            self.too_deep -= 1
            return True
        if not self.opened[kind]:
            return False
        while True:
            frame = self.frames.pop()
            self.opened[frame.kind] -= 1
            self._restore(frame)
            if frame.kind == kind:
                return True

    def _restore(self, frame: Frame) -> None:
        self.mode, self.pending = frame.mode, frame.pending
        for name, meaning in (frame.saved or {}).items():
            if meaning is None:
                self.meanings.pop(name, None)
            else:
                self.meanings[name] = meaning

    # ------------------------------------------------------------ writing

    def emit(self, *tokens: Token) -> None:
        """Pass tokens on to the document's body (what the preamble says is not passed on)."""
        if self.in_body:
            self.out.extend(tokens)

    def refuse(self, macro: str, reason: str, token: Token) -> None:
        """Leave a marker with the reason in the body."""
        text = f"\\{macro}: {reason}"
        if self.in_body:
            self.refusals.append(Refusal(macro, reason, token.place))
            self.out.append(Token("refused", text, token.place))

    # ------------------------------------------------------------ expanding

    def meaning(self, token: Token) -> Meaning | None:
        """What a control sequence means; None if it is LaTeX's own or unknown."""
        return self.meanings.get(token.text) if token.kind == "control" else None

    def control(self, token: Token) -> None:
        """Do what a control sequence means."""
        meaning = self.meanings.get(token.text)
        name = token.text
        if isinstance(meaning, Macro):
            self.use(meaning, token)
            return
        if isinstance(meaning, Character):
            self.stack.append(Token(*meaning.token[:2], token.place))
            return
        if isinstance(meaning, Switch):
            self.handlers["iftrue" if meaning.value else "iffalse"](self, token)
            return
        if isinstance(meaning, Standard):
            name, token = meaning.name, Token("control", meaning.name, token.place)
        handler = self.handlers.get(name)
        if handler is not None:
            if self.guard(token):
                handler(self, token)
        elif name.startswith("if") and standard.is_conditional(name, self.peek()):
            self.handlers["ifcat"](self, token)
        else:
            self.emit(token)

    def use(self, macro: Macro, token: Token) -> None:
        """Put a macro's body with its arguments in front of what is read next."""
        if not self.guard(token):
            return
        if token.text in self.endless:
            self.refuse(token.text, "expands without end", token)
            return
        self._used[token.text] += 1
        self.expanded += 1
        body: list[Token] | None
        if macro.parameters or macro.lead:
            arguments = self.arguments(macro)
            if arguments is None:
                self.refuse(token.text, "its arguments are not as it was defined", token)
                return
            body = macro.fill(arguments, token.place)
        else:
            body = macro.fill((), token.place)
        if body is None:
            self.refuse(token.text, "odd parameters", token)
            return
        self.floor = min(self.floor, len(self.stack))
        self.push(body)

    def guard(self, token: Token) -> bool:
        """Count a step; say False where a use was found to be endless and was dropped."""
        if len(self.stack) < self.floor:
            self.floor = len(self.stack)
            self.steps = self.pushed = 0
            self._used.clear()
            self._before = (len(self.out), len(self.frames), len(self.conditions))
            self._user = token
        self.steps += 1
        if self.steps <= MAX_STEPS and self.pushed <= MAX_PUSHED:
            return True
        self._drop_use()
        return False

    def _drop_use(self) -> None:
        outs, frames, conditions = self._before
        del self.stack[self.floor :], self.out[outs:], self.conditions[conditions:]
        while len(self.frames) > frames:
            frame = self.frames.pop()
            self.opened[frame.kind] -= 1
            self._restore(frame)
        self.endless.update(name for name, _ in self._used.most_common(1))
        self.floor = 1 << 60
        self.refuse(self._user.text, "expands without end", self._user)

    def arguments(self, macro: Macro) -> list[Sequence[Token]] | None:
        """Take a macro's arguments; None if the source does not fit its definition."""
        for mark in macro.lead:
            token = self.next_char()
            if token is None or token[:2] != mark[:2]:
                if token is not None:
                    self.stack.append(token)
                return None
        taken: list[Sequence[Token]] = []
        for parameter in macro.parameters:
            one = self._parameter(parameter)
            if one is None:
                return None
            taken.append(one)
        return taken

    def _parameter(self, parameter: Parameter) -> Sequence[Token] | None:
        if parameter.kind == "plain":
            following = self.peek()
            if following is not None and following.kind == "par":
                return (self.stack.pop(),)
            return self.argument()
        if parameter.kind == "until":
            return self.until(parameter.mark)
        if parameter.kind == "test":
            return (TRUE if self._take(parameter.mark[0], close=parameter.close) else FALSE,)
        if parameter.close and self.stack and self.stack[-1].kind == "space":
            return parameter.default if parameter.kind == "optional" else None
        pair = parameter.mark[0].text + parameter.mark[1].text
        found = self.optional(pair, nested=parameter.nested)
        if found is None:
            return parameter.default if parameter.kind == "optional" else None
        return found

    def _take(self, mark: Token, *, close: bool = False) -> bool:
        """Take a token, and blanks in front of it, if it is the next; else nothing."""
        blanks = self.stack[-1] if self.stack and self.stack[-1].kind == "space" else None
        if blanks is not None and close:
            return False
        self.skip_blanks()
        token = self.next_char()
        if token is not None and token[:2] == mark[:2]:
            return True
        if token is not None:
            self.stack.append(token)
        if blanks is not None:
            self.stack.append(blanks)
        return False

    def expand_once(self, token: Token) -> bool:
        """Expand a token if it can be, in front of what is read next; say whether it was."""
        if token.kind != "control":
            return False
        meaning = self.meanings.get(token.text)
        if isinstance(meaning, Standard):
            token = Token("control", meaning.name, token.place)
        known = isinstance(meaning, Macro | Switch) or token.text in self.expandable
        if not known or self.nested >= MAX_NESTED:
            return False
        self.nested += 1
        self.control(token)
        self.nested -= 1
        return True

    def next_unexpandable(self) -> Token | None:
        """Take the first token that is left when what is in front has been expanded."""
        while self.stack:
            token = self.next_char()
            if token is None or not self.expand_once(token):
                return token
        return None

    def expand_fully(self, tokens: Sequence[Token]) -> list[Token]:
        """Return tokens with everything expandable expanded; nothing is assigned or passed on."""
        mark = Token("endfile", "", NOWHERE)
        outer, self.in_body = self.in_body, False
        floor = self.floor
        base = len(self.stack)
        self.stack.append(mark)
        self.push(tokens)
        self.floor = max(min(floor, len(self.stack)), base + 1)
        result: list[Token] = []
        while len(self.stack) > base:
            token = self.stack.pop()
            if token is mark:
                break
            if not self.expand_once(token):
                result.append(token)
        self.in_body = outer
        self.floor = min(floor, base)
        self.charge(len(result))
        return result
