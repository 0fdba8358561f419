"""Hostile pieces: what each tries, which engines know it, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass

BOTH = ("pdflatex", "xelatex")
ANY = ()
"""Whatever becomes of it, so long as nobody else notices."""


@dataclass(frozen=True)
class Attack:
    """One hostile piece.

    Attributes:
        code: SECRET stands for a file outside, OUTSIDE for a folder outside that may be written.
        faults: reasons that it may end with; ANY if being set harmlessly is fine too.
        unsafe: whether only bubblewrap stops it, so that it is refused where that is missing.
    """

    code: str
    faults: tuple[str, ...] = ANY
    unsafe: bool = False
    engines: tuple[str, ...] = BOTH


DEAD = ("fatal", "ended-early", "unbalanced", "leak", "tex-error", "uncounted", "crash")
PDF = ("pdflatex",)
LATE = ("timeout", "fatal", "crash", "page-flood")

ATTACKS: dict[str, Attack] = {
    "write18": Attack(r"\immediate\write18{echo x > OUTSIDE/w}\immediate\write18{echo x > w}"),
    "input-pipe": Attack(r'\input{"|echo x > OUTSIDE/w; cat SECRET"}', DEAD),
    "input-absolute": Attack(r"\input{SECRET}", DEAD),
    "input-dots": Attack(r"\input{../../../../../../../../SECRET}", DEAD),
    "input-primitive": Attack(r"\csname @@input\endcsname SECRET ", DEAD, unsafe=True),
    "verbatim-input": Attack(r"\openin5=SECRET \read5 to\x \x"),
    "openin-parent": Attack(r"\openin5=../transcript \ifeof5 no\else\read5 to\x LEAKED\fi"),
    "openout-absolute": Attack(r"\immediate\openout3=OUTSIDE/w.tex \immediate\write3{x}", DEAD),
    "openout-dots": Attack(r"\immediate\openout3=../../../../../../..OUTSIDE/w \write3{x}", DEAD),
    "openout-neighbour": Attack(
        "".join(rf"\immediate\openout3=p{n}.tex \immediate\write3{{spoilt}}" for n in range(120))
    ),
    "openout-own-files": Attack(
        r"\immediate\openout3=main.tex \immediate\write3{x}\immediate\openout4=main.pdf "
        r"\immediate\write4{x}\immediate\openout5=main.log \immediate\write5{x}"
    ),
    "directlua": Attack(r'\directlua{os.execute("echo x > OUTSIDE/w")}', DEAD, unsafe=True),
    "special-file": Attack(
        r"\special{pdf:fstream @x (SECRET)}\special{pdf:put @resources <<>>}x", unsafe=True
    ),
    "special-image": Attack(r"\special{pdf:image (SECRET)}x", unsafe=True),
    "special-ps": Attack(r"\special{ps: (SECRET) run}\special{! x}x", unsafe=True),
    "special-colour": Attack(
        r"\special{color push rgb 1 0 0}\special{pdf:btrans scale 3}x", unsafe=True
    ),
    "pdfobj-file": Attack(r"\immediate\pdfobj stream file{SECRET}x", DEAD, True, PDF),
    "pdffiledump": Attack(r"\pdffiledump offset 0 length 60{SECRET}", ANY, True, PDF),
    "pdfximage": Attack(r"\pdfximage{SECRET}\pdfrefximage\pdflastximage", DEAD, True, PDF),
    "pdfmapfile": Attack(r"\pdfmapfile{=SECRET}x", ANY, True, PDF),
    "includegraphics": Attack(r"\includegraphics{SECRET}", DEAD),
    "endless-loop": Attack(r"\loop\iftrue\repeat", LATE),
    "endless-macro": Attack(r"\def\a{\a}\a", LATE),
    "endless-stack": Attack(r"\def\a{\a x}\a", LATE),
    "endless-memory": Attack(r"\def\a{x\hbox{y}\a}\a", LATE),
    "doubling": Attack(r"\def\x{xx}\loop\edef\x{\x\x}\iftrue\repeat", LATE),
    "page-flood": Attack(r"\def\a{x\newpage\a}\a", LATE),
    "empty-page-flood": Attack(r"\loop\hbox{}\newpage\iftrue\repeat", LATE),
    "log-flood": Attack(r"\def\a{\immediate\write16{\x\x\x\x}\a}\edef\x{\hbox{}}\a", LATE + DEAD),
    "endinput": Attack(r"before \endinput after"),
    "end-document": Attack(r"\end{document}", DEAD),
    "stop": Attack(r"\stop", DEAD),
    "primitive-end": Attack(r"\csname @@end\endcsname", DEAD, unsafe=True),
    "dump": Attack(r"\dump", DEAD),
    "batchmode": Attack(r"\batchmode \undefinedthing", ("tex-error", "fatal")),
    "errorstopmode": Attack(r"\errorstopmode \undefinedthing", DEAD),
    "scrollmode-read": Attack(r"\scrollmode \read-1 to\x", DEAD),
    "catcode-escape": Attack(r"\catcode`\\=12 \x", ("unbalanced", *DEAD), unsafe=True),
    "catcode-global": Attack(r"\global\catcode`\$=12 x", DEAD, unsafe=True),
    "gdef-section": Attack(r"\gdef\section#1{gone}\gdef\DEnote#1{gone}", DEAD),
    "globaldefs": Attack(r"\globaldefs=1 \parindent=5cm\textwidth=2cm x", DEAD),
    "page-size": Attack(r"\global\pdfpagewidth=1cm x", (), False, PDF),
    "open-group": Attack(r"{\bfseries\itshape open", DEAD),
    "open-environment": Attack(r"\begin{equation} x", DEAD),
    "open-table": Attack(r"\begin{tabular}{l} x & ", DEAD),
    "open-conditional": Attack(r"\iftrue x", DEAD),
    "false-conditional": Attack(r"\iffalse x", DEAD),
    "runaway-argument": Attack(r"\textbf{never \par closed", DEAD),
    "aftergroup": Attack(r"\aftergroup\bfseries\aftergroup\endgroup x", DEAD),
    "close-and-open": Attack(r"\endgroup\itshape\begingroup x", DEAD),
    "everypar": Attack(r"\global\everypar{\bfseries}x", DEAD),
    "everypar-endless": Attack(r"\everypar{\par\noindent x}x", LATE),
    "output": Attack(r"\output{\global\setbox1\box255}x\newpage x"),
    "output-global": Attack(r"\global\output{\shipout\box255}x", DEAD),
    "shipout-by-hand": Attack(r"\shipout\hbox{extra}x"),
    "shipout-unseen": Attack(r"\csname tex_shipout:D\endcsname\hbox{extra}x", DEAD, unsafe=True),
    "huge-skip": Attack(r"\hskip16383pt\hskip16383pt\kern16383pt x\vskip-16383pt y"),
    "csname-flood": Attack(
        r"\count1=0 \loop\expandafter\let\csname x\number\count1\endcsname\relax"
        r"\advance\count1 by1 \ifnum\count1<2000000\repeat",
        LATE + DEAD,
        unsafe=True,
    ),
    "deep-nesting": Attack("{" * 5000 + "x" + "}" * 5000),
    "deep-boxes": Attack(r"\hbox{" * 3000 + "x" + "}" * 3000, (*DEAD, *LATE)),
    "deep-math": Attack("$" + "{x^" * 800 + "x" + "}" * 800 + "$", ()),
    "invalid-utf8": Attack("\udcff\udcc3\udc28 x"),
    "nul": Attack("a\0b\x01\x02\x7f"),
    "caret-spelling": Attack(r"\^^69nput{SECRET}", DEAD, unsafe=True),
    "hooks": Attack(r"\AddToHook{shipout/before}{\gdef\leaked{}}x"),
    "new-counter": Attack(r"\newcounter{evil}\newlength\evil x"),
    "font-dimension": Attack(r"\fontdimen2\font=30pt a b"),
    "hyphenation": Attack(r"\hyphenation{par-t val-ue}x"),
    "forged-marks": Attack(r"\immediate\write16{\DEnonce\space END \DEhere}x", ()),
    "early-marks": Attack(r"\edef\x{\DEhere}\DEend{\x}\DEbegin{3}gone\DEend{3}\DEbegin{\x}"),
    "protocol": Attack(r"\def\DEend#1{}\def\DEbegin#1{} x", DEAD),
}
