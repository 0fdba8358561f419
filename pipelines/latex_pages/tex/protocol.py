r"""The TeX code that keeps the pieces of a run apart and marks in the log where each begins.

Every piece is a file of its own (a runaway argument ends with the file) inside a group. At its
end the group must be the one that was opened for it, and what a global assignment could have
changed must be as it was: else the run ends there, and the driver sets the rest again.

Marks are lines `NONCE WORD id rest`; the nonce hangs on all pieces, so that none can know it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMMANDS = """
par section subsection paragraph textbf textit texttt textrm textsf textsc emph underline
bfseries itshape ttfamily rmfamily sffamily scshape mdseries upshape normalfont selectfont
fontsize fontfamily fontseries fontshape usefont tiny scriptsize footnotesize small normalsize
large Large LARGE huge Huge begin end item itemize enumerate description list trivlist center
flushleft flushright quote tabular array equation align gather multline footnote footnotemark
footnotetext caption label ref tag notag nonumber hline cline toprule midrule bottomrule cmidrule
multicolumn multirow rowcolor cellcolor color textcolor frac dfrac tfrac sqrt sum int prod lim
left right mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol bm text mbox
hbox vbox hspace vspace hskip vskip kern newline newpage clearpage cleardoublepage pagebreak
pagestyle thispagestyle vfill hfill smallskip medskip bigskip noindent indent centering
raggedright raggedleft linebreak quad qquad thinspace textwidth textheight hsize vsize def edef
gdef xdef let global relax newcommand renewcommand setlength addtolength setcounter stepcounter
shipout output write immediate special input catcode lccode uccode everypar everymath everycr
ifx fi else begingroup endgroup bgroup egroup expandafter csname endcsname noexpand string
@startsection @sect @ssect @item @list @tabular @array @footnotetext @outputpage @opcol
@specialoutput @makecol @oddhead @oddfoot @evenhead @evenfoot @thehead @thefoot strut
theequation thesection thepage arraystretch baselinestretch encodingdefault rmdefault
familydefault bfdefault itdefault ttdefault sfdefault
"""

_VALUES = """
hsize vsize textwidth textheight columnwidth linewidth oddsidemargin evensidemargin topmargin
headheight headsep footskip hoffset voffset maxdepth topskip parindent parskip baselineskip
lineskip lineskiplimit leftskip rightskip parfillskip tabskip spaceskip xspaceskip splittopskip
hfuzz vfuzz hbadness vbadness tolerance pretolerance emergencystretch hangindent hangafter
looseness pdfpagewidth pdfpageheight pagewidth pageheight abovedisplayskip belowdisplayskip
abovedisplayshortskip belowdisplayshortskip thinmuskip medmuskip thickmuskip arraycolsep tabcolsep
arrayrulewidth doublerulesep fboxsep fboxrule leftmargin rightmargin itemsep topsep parsep
partopsep labelsep labelwidth clubpenalty widowpenalty interlinepenalty brokenpenalty
hyphenpenalty exhyphenpenalty binoppenalty relpenalty predisplaypenalty postdisplaypenalty
linepenalty adjdemerits mag globaldefs escapechar endlinechar newlinechar defaulthyphenchar
defaultskewchar language lefthyphenmin righthyphenmin uchyph fam delimiterfactor
delimitershortfall nulldelimiterspace scriptspace mathsurround showboxdepth showboxbreadth
tracingonline tracinglostchars tracingmacros tracingcommands tracingassigns tracingparagraphs
tracingpages tracingoutput pausing errorcontextlines holdinginserts maxdeadcycles floatingpenalty
boxmaxdepth everypar everymath everydisplay everyhbox everyvbox everyjob everycr errhelp output
pdfcompresslevel pdfobjcompresslevel pdfgentounicode pdfadjustspacing pdfprotrudechars pdfpageattr
pdfpagesattr pdfpageresources pdfhorigin pdfvorigin pdfoutput synctex XeTeXinterwordspaceshaping
XeTeXinterchartokenstate XeTeXlinebreakpenalty XeTeXinputnormalization
"""

_SWITCHES = ("@twocolumn", "@twoside", "@firstcolumn", "@mparswitch", "@reversemargin")
_RESET = ("@newlist", "@inlabel", "@nobreak", "@noparitem", "@ignore")
"""Switches that LaTeX sets globally and that a fault in a list or heading leaves behind."""

_CODED = "\\{}$&#^_%~ @!'()*+,-./:;<=>?[]`|\"aAzZ019"

_FIXED = r"""
\newcount\DE@pages \newcount\DE@cap \newcount\DE@level \newcount\DE@ifs \newcount\DE@now
\def\DE@mark#1{\immediate\write16{#1}}
\def\DE@die{\nonstopmode\read16 to\DE@nothing}
\def\DE@stop{\csname @@end\endcsname\DE@die}
\let\DEinput\@@input
\let\DEhere\relax
\def\DE@shipped{\global\advance\DE@pages1
  \ifx\DEhere\relax\else
    \immediate\write-1{\DEnonce\space SHIP \DEhere}%
    \ifnum\DE@pages>\DE@cap\DE@mark{\DEnonce\space FLOOD \DEhere}\DE@die\fi
  \fi}
\AddToHook{shipout/before}{\DE@shipped}
\def\DE@leaked#1{\edef\DE@leaks{\DE@leaks\space#1}}
\def\DE@keep{} \def\DE@check{}
\long\def\DE@add#1#2#3{%
  \toks@\expandafter{\DE@keep\let#2#1}\edef\DE@keep{\the\toks@}%
  \toks@\expandafter{\DE@check\ifx#1#2\else\DE@leaked{#3}\fi}\edef\DE@check{\the\toks@}}
\def\DE@guard#1{\ifcsname#1\endcsname
  \expandafter\DE@add\csname#1\expandafter\endcsname\csname DE@=#1\endcsname{#1}\fi}
\def\DE@state{}
\def\DE@value#1{\ifcsname#1\endcsname
  \toks@\expandafter{\DE@state}%
  \edef\DE@state{\the\toks@\noexpand\the\expandafter\noexpand\csname#1\endcsname,}\fi}
\def\DE@room{\global\@colht\textheight \global\@colroom\textheight \global\vsize\textheight}
\def\DE@start#1{%
  \def\DEnonce{#1}%
  \def\@elt##1{\expandafter\xdef\csname DE@c@##1\endcsname{\the\csname c@##1\endcsname}}%
  \cl@@ckpt
  \let\@elt\relax
  \edef\DE@counters{\cl@@ckpt}%
  \errorcontextlines=-1 \tracinglostchars=3
  \DE@room
  \DE@keep
  \edef\DE@before{\DE@state}%
  \DE@ifs=\currentiflevel \DE@level=\currentgrouplevel}
\def\DEbegin#1{%
  \nonstopmode
  \DE@mark{\DEnonce\space BEGIN #1}%
  \def\@elt##1{\global\csname c@##1\endcsname\csname DE@c@##1\endcsname\relax}%
  \DE@counters \let\@elt\relax
  \DE@reset
  \global\DE@pages=0 \deadcycles=0
  \ifdefined\pdfsetrandomseed\pdfsetrandomseed1 \fi
  \begingroup
  \def\DEhere{#1}}
\def\DE@poison#1#2{\DE@mark{\DEnonce\space POISON #1 #2}\DE@stop}
\def\DEend#1{%
  \DE@now=\currentiflevel
  \def\DE@me{#1}%
  \ifx\DEhere\DE@me
    \ifnum\currentgrouplevel=\numexpr\DE@level+1\relax
      \clearpage
      \ifx\DEhere\DE@me
        \ifnum\DE@now=\DE@ifs
          \endgroup
          \DE@finish{#1}%
        \else\DE@poison{#1}{conditional}\fi
      \else\DE@poison{#1}{group}\fi
    \else\DE@poison{#1}{group}\fi
  \else\DE@poison{#1}{group}\fi}
\def\DE@finish#1{%
  \def\DE@leaks{}%
  \ifnum\currentgrouplevel=\DE@level\else\DE@leaked{(group)}\fi
  \ifvmode\else\DE@leaked{(mode)}\fi
  \ifdim\pagegoal=\maxdimen\else\DE@leaked{(page)}\fi
  \DE@room
  \edef\DE@after{\DE@state}\ifx\DE@after\DE@before\else\DE@leaked{(values)}\fi
  \DE@check
  \ifx\DE@leaks\@empty\DE@mark{\DEnonce\space END #1}\else\DE@poison{#1}{leak\DE@leaks}\fi}
"""

_DEFINED = re.compile(
    r"\\(?:(?:long|protected)\s*\\)*"
    r"(?:def|newcommand\*?|renewcommand\*?|providecommand\*?|DeclareRobustCommand\*?|let)"
    r"\s*\{?\s*\\([A-Za-z@]+)"
)


def format_code(preamble: str) -> str:
    """Return the code that a format must hold, to come last before the dump."""
    names = dict.fromkeys([*_COMMANDS.split(), *(f"if{name}" for name in _SWITCHES)])
    names |= dict.fromkeys(defined_names(preamble))
    lines = [r"\makeatletter", _FIXED]
    lines += [rf"\DE@value{{{name}}}" for name in _VALUES.split()]
    lines += [rf"\DE@guard{{{name}}}" for name in names]
    lines += [rf"\edef\DE@state{{\unexpanded\expandafter{{\DE@state}}\unexpanded{{{_codes()}}}}}"]
    lines += [rf"\def\DE@reset{{{_reset()}}}", r"\makeatother", ""]
    return "\n".join(lines)


def defined_names(code: str) -> list[str]:
    r"""Return the commands that some code defines, without those that it also sets globally."""
    changing = set(
        re.findall(r"\\(?:gdef|xdef|global\s*\\(?:let|def|edef))\s*\\([A-Za-z@]+)", code)
    )
    return [name for name in dict.fromkeys(_DEFINED.findall(code)) if name not in changing]


def job_code(prelude: str, nonce: str, numbers: Sequence[int], pages: int, engine: str) -> str:
    """Return the main file of a run over the pieces `p<number>.tex`.

    The prelude comes after \\begin{document} under pdflatex (it is in the format) and before it
    under xelatex, where it must choose the fonts.
    """
    lines = [prelude]
    if engine == "xelatex":
        lines += [r"\begin{document}"]
    lines += [r"\makeatletter", *(rf"\DE@guard{{{name}}}" for name in defined_names(prelude))]
    lines += [rf"\DE@cap={pages} \makeatother\csname DE@start\endcsname{{{nonce}}}"]
    lines += [rf"\DEbegin{{{n}}}\DEinput p{n}.tex \DEend{{{n}}}" for n in numbers]
    lines += [r"\csname DE@mark\endcsname{\DEnonce\space DONE}\csname @@end\endcsname", ""]
    return "\n".join(lines)


def _reset() -> str:
    return "".join(rf"\global\{name}false" for name in _RESET)


def _codes() -> str:
    tables = {"catcode": _CODED, "mathcode": "aA1+-=(,.<*", "delcode": "([|<./", "lccode": "aAz"}
    tables |= {"uccode": "aAz", "sfcode": "aA.,)"}
    return "".join(
        rf"\the\{table}{ord(char)} " for table, chars in tables.items() for char in chars
    )
