"""The allow-list's shared part: commands without ink, and those that are never let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.latex_pages.content.reading import Reader, Refusal

if TYPE_CHECKING:
    from pipelines.latex_pages.content.scope import Scope
    from pipelines.latex_pages.source.tokens import Token

_UNSAFE = """
write write18 immediate input include openin openout closein closeout read readline special
directlua latelua luaexec luadirect catcode lccode uccode mathcode delcode sfcode csname endcsname
def edef gdef xdef let futurelet newcommand renewcommand providecommand DeclareRobustCommand
newenvironment renewenvironment DeclareMathOperator global globaldefs long outer loop repeat
iterate expandafter noexpand the number romannumeral string meaning jobname endinput scantokens
detokenize everypar everymath everydisplay output shipout batchmode scrollmode errorstopmode
nonstopmode errmessage message typeout show showthe dump stop aftergroup
afterassignment obeyspaces obeylines toks count dimen skip box setbox newbox newcount newdimen
newtoks newread newwrite advance multiply divide hsize vsize makeatletter makeatother
pdfobj pdfliteral pdfximage pdfannot pdfoutline pdfinfo pdfcatalog pdfnames pdftrailer
pdffiledump pdfmdfivesum pdfstrcmp pdfshellescape pdfpagewidth pdfpageheight pdfcompresslevel
XeTeXpdffile XeTeXpicfile usepackage RequirePackage documentclass AtBeginDocument AtEndDocument
inputlineno verbatiminput lstinputlisting inputminted subfile import subimport
"""
UNSAFE = frozenset(_UNSAFE.split())
"""Commands that define, run, read or write something: a block with one of them is refused."""

# Command -> its arguments: "o" in square brackets, "m" mandatory, "s" a star, "v" an overlay
# `<…>`, "d" a dimension or a number as TeX's primitives read it.
_INKLESS = {
    "": """
        centering raggedright raggedleft flushleft flushright noindent indent relax protect
        allowbreak nobreak goodbreak smallbreak medbreak bigbreak break filbreak newpage clearpage
        cleardoublepage null tiny scriptsize footnotesize small normalsize large Large LARGE huge
        Huge smallskip medskip bigskip vfill vfil vss hss sloppy fussy frenchspacing
        nonfrenchspacing boldmath unboldmath selectfont strut mathstrut qedhere ignorespaces
        ignorespacesafterend unskip leavevmode xspace begingroup endgroup bgroup egroup pause
        maketitle frontmatter mainmatter backmatter appendix tableofcontents listoffigures
        listoftables printindex doublespacing singlespacing onehalfspacing balance samepage - / @ !
        nonumber notag justifying justify makeindex arraybackslash FloatBarrier
        printbibliography restoregeometry songti heiti kaishu fangsong phantomsection centerfloat
    """,
    "m": """
        label nocite pagestyle thispagestyle pagenumbering bibliography bibliographystyle
        address email keywords linespread fontfamily fontseries fontshape
        fontencoding vphantom graphicspath hyphenation zihao markright setstretch includeonly
        sisetup logo titlegraphic usetheme usecolortheme CJKfamily enlargethispage
        newgeometry geometry urlstyle captionsetup
    """,
    "vom": "note",
    "o": """
        footnotemark cleartooddpage linebreak nolinebreak pagebreak nopagebreak displaybreak
        allowdisplaybreaks
    """,
    "om": """
        color pagecolor columncolor title author date institute affiliation thanks subtitle index
        todo marginpar marginnote hypersetup bookmark glsadd fancyhf fancyhead fancyfoot
        footnotetext
    """,
    "sm": "vspace",
    "mm": """
        fontsize setlength addtolength setcounter addtocounter markboth numberwithin settowidth
        setbeamercolor setbeamerfont
    """,
    "mmm": "addcontentsline",
    "omm": "pdfbookmark",
    "d": """
        vskip parskip parindent baselineskip penalty tolerance leftskip rightskip emergencystretch
        hangindent hangafter abovedisplayskip belowdisplayskip tabcolsep lineskip
        abovedisplayshortskip belowdisplayshortskip arrayrulewidth looseness clubpenalty
        widowpenalty itemsep topsep parsep leftmargin interlinepenalty
    """,
}
INKLESS = {name: signature for signature, names in _INKLESS.items() for name in names.split()}
"""Command -> signature of what it takes; it shows nothing that a node would have to say."""

_UNIT_NAMES = "pt em ex cm mm in bp pc sp mu dd cc plus minus fil fill filll"
_UNITS = frozenset(_UNIT_NAMES.split())


def skip_inkless(reader: Reader, name: str) -> None:
    """Go past the arguments of a command of `INKLESS`, which itself is already read."""
    for sign in INKLESS[name]:
        if sign == "o":
            reader.option()
        elif sign == "s":
            reader.star()
        elif sign == "v":
            reader.bracketed("<", ">")
        elif sign == "d":
            skip_dimension(reader)
        else:
            reader.argument()


def skip_box_size(reader: Reader) -> None:
    """Go past `to 3em` or `spread 3em` of `\\hbox`."""
    reader.skip_blanks()
    token = reader.peek()
    for word in ("to", "spread"):
        if token is not None and token.kind == "letter" and token.text.startswith(word):
            if token.text == word:
                reader.at += 1
            else:
                reader.tokens[reader.at] = token._replace(text=token.text[len(word) :])
            skip_dimension(reader)
            return


def skip_dimension(reader: Reader) -> str:
    """Go past `=1.5em plus 2pt`, `\\baselineskip`, `0`; return it as text."""
    text = ""
    reader.skip_blanks()
    while (token := reader.peek()) is not None:
        if token.kind == "control" and token.text.isalpha() and not text.strip("=-+. 0123456789"):
            reader.at += 1
            return text + "\\" + token.text
        if token.kind != "letter":
            break
        taken = _dimension_part(token.text, text)
        if not taken:
            break
        text += token.text[:taken]
        if taken < len(token.text):
            reader.tokens[reader.at] = token._replace(text=token.text[taken:])
            break
        reader.at += 1
        reader.skip_blanks()
    return text


def _dimension_part(text: str, before: str) -> int:
    """Return how many characters of the text carry the dimension on."""
    at = 0
    while at < len(text):
        if text[at] in "=-+.0123456789":
            at += 1
            continue
        for size in (5, 4, 3, 2):
            if text[at : at + size] in _UNITS and (before + text[:at]).strip("= "):
                at += size
                break
        else:
            return at
    return at


def refuse_control(token: Token, scope: Scope) -> Refusal:
    """Return why a command that no table knows is refused."""
    name = token.text
    if name in UNSAFE or name.startswith(("pdf", "XeTeX", "lua", "if", "@")):
        return Refusal("unsafe-command", "\\" + name, token.place)
    if name in ("includegraphics", "tikz", "psfig", "epsfig", "includesvg", "tikzpicture"):
        return Refusal("graphics", "\\" + name, token.place)
    if name in scope.refused:
        return Refusal("refused-macro", "\\" + name, token.place)
    return Refusal("unknown-command", "\\" + name, token.place)
