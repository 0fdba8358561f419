"""Lists of LaTeX's own names that the expander must know something about.

The content parser's allow-list decides what may stand in a block; here are only the names that
change how the source is read.
"""

from __future__ import annotations

from pipelines.latex_pages.source.tokens import Token, names

KEPT = names(
    "part chapter section subsection subsubsection paragraph subparagraph item label ref eqref "
    "pageref autoref cref Cref cite citep citet footnote footnotemark footnotetext caption title "
    "author date maketitle abstract tableofcontents listoffigures listoftables bibliography "
    "bibliographystyle bibitem includegraphics hline cline toprule midrule bottomrule cmidrule "
    "multicolumn multirow frac sqrt left right middle begin end document enddocument par "
    "left( right) [ ] ( ) \\ { } $ & % # _ itemize enditemize enumerate endenumerate description "
    "enddescription tabular endtabular array endarray table endtable figure endfigure figure* "
    "endfigure* table* endtable* equation "
    "endequation align endalign gather endgather multline endmultline eqnarray endeqnarray center "
    "endcenter quote endquote quotation endquotation verse endverse proof endproof thebibliography "
    "endthebibliography theindex endtheindex titlepage endtitlepage endabstract longtable "
    "endlongtable minipage endminipage matrix pmatrix bmatrix "
    "cases endcases tableautorefname frontmatter mainmatter backmatter appendix newpage clearpage "
    "cleardoublepage pagebreak linebreak nolinebreak nopagebreak today thanks hspace vspace mathbb "
    "mathcal mathbf mathrm textbf textit texttt textrm textsf bf it tt rm sf em displaystyle "
    "textstyle operatorname hat mathop mathbin mathrel mathord limits nolimits noindent indent "
    "centering raggedright raggedleft phantom text mbox"
)
"""Commands and environments that keep LaTeX's meaning whatever a source makes of them: their
redefinitions are about looks, and their insides are nothing that a page can be set from."""

YIELDING = names(
    "rule list endlist trivlist endtrivlist hint xspace note raisebox subfile uppercase loop "
    "repeat title author subtitle keywords abstract url comment empty"
)
"""Commands with a handler here that a source may nevertheless redefine."""

CONDITIONALS = names(
    "if ifcat ifx ifnum ifdim ifodd ifvmode ifhmode ifmmode ifinner ifvoid ifhbox ifvbox ifeof "
    "iftrue iffalse ifcase ifdefined ifcsname iffontchar ifincsname ifpdf ifxetex ifluatex "
    "ifPDFTeX ifXeTeX ifLuaTeX iftutex if@twocolumn if@twoside if@filesw if@compatibility "
    "if@titlepage if@openright if@mainmatter if@restonecol if@inlabel if@newlist if@noskipsec "
    "if@tempswa if@minipage if@draft if@nobreak ifGm@landscape ifHy@draft if@display"
)
_NOT_CONDITIONALS = names(
    "iff ifthenelse ifdef ifundef ifcsdef ifcsundef ifstrempty ifblank notblank ifstrequal "
    "ifbool iftoggle ifdefempty ifdefvoid ifdefstring ifnumequal ifnumcomp ifnumgreater ifnumless "
    "ifboolexpr ifempty ifnextchar ifpackageloaded ifthispageodd ifoddpage ifcsstring "
    "ifdefequal ifcsempty ifdefmacro ifinlist ifstrcmp"
)

_DISPLAYS = names(
    "equation align alignat gather multline flalign xalignat eqnarray dmath IEEEeqnarray mathpar "
    "narrowmultline dgroup displaymath math xxalignat empheq numcases subnumcases tikzcd CD diagram"
)
MATH_ENVIRONMENTS = _DISPLAYS | {f"{name}*" for name in _DISPLAYS}
TABLES = {
    "tabular": "o",
    "tabular*": "mo",
    "tabularx": "mo",
    "tabulary": "mo",
    "array": "o",
    "longtable": "o",
    "supertabular": "",
    "xltabular": "om",
    "subarray": "",
    "tblr": "o",
}
"""Environments with a column argument, and the arguments before it (m mandatory, o optional)."""

TEXT_IN_MATH = {
    **dict.fromkeys(
        names(
            "text mbox hbox textrm textit textbf textsf texttt textsc textnormal textup textmd "
            "textsl emph intertext shortintertext tag fbox makebox framebox vbox footnote mathmbox"
        ),
        1,
    ),
    **dict.fromkeys(("raisebox", "parbox", "colorbox", "scalebox", "rotatebox", "textcolor"), 2),
    **dict.fromkeys(("fcolorbox", "resizebox"), 3),
}
"""Commands whose argument is text inside a formula, and which group it is."""

SILENT = {
    **dict.fromkeys(
        names(
            "pagestyle thispagestyle hypersetup graphicspath bibliographystyle pagenumbering "
            "makeindex newlength newsavebox newdimen newskip newcount newtoks newbox newwrite "
            "newread geometry allowdisplaybreaks captionsetup sisetup lstset usetikzlibrary "
            "AtEndDocument AtEndOfPackage AtEndOfClass hyphenation includeonly stepcounter "
            "refstepcounter theoremstyle setstretch linespread raggedbottom frenchspacing "
            "mathtoolsset setlist counterwithin NeedsTeXFormat ProvidesPackage ProvidesFile "
            "ProvidesClass PassOptionsToPackage ExecuteOptions excludecomment includecomment "
            "DisableLigatures everymath everydisplay everypar titlespacing nocite selectlanguage "
            "setenumerate setitemize addbibresource PreviewEnvironment tikzset pgfplotsset "
            "theorembodyfont theoremheaderfont setmainfont setCJKmainfont setsansfont "
            "setCJKsansfont setmonofont setCJKmonofont"
        ),
        "om",
    ),
    **dict.fromkeys(
        names(
            "setlength addtolength setcounter addtocounter settowidth settoheight settodepth "
            "numberwithin colorlet "
            "AtBeginEnvironment AtEndEnvironment addtocontents g@addto@macro appto preto "
            "PackageWarning ClassWarning PackageInfo markboth"
        ),
        "mm",
    ),
    **dict.fromkeys(
        names(
            "typeout markright wlog message DeclareGraphicsExtensions index "
            "glsadd errmessage mathversion"
        ),
        "m",
    ),
    **dict.fromkeys(
        names(
            "addcontentsline definecolor PackageError ClassError crefname Crefname creflabelformat"
        ),
        "mmm",
    ),
    "counterwithin": "smm",
    "counterwithout": "smm",
    "crefformat": "mm",
    "crefrangeformat": "mm",
    "pretocmd": "mmmm",
    "apptocmd": "mmmm",
    "patchcmd": "mmmmm",
    "xpretocmd": "mmmm",
    "xapptocmd": "mmmm",
    "DeclareSymbolFont": "mmmmm",
    "SetSymbolFont": "mmmmmm",
    "SetMathAlphabet": "mmmmmm",
    "DeclareFontFamily": "mmm",
    "DeclareFontShape": "mmmmmm",
    "DeclareFontFamilySubstitution": "mmm",
    "DeclareMathAlphabet": "mmmmm",
    "DeclareSymbolFontAlphabet": "mm",
    "titleformat": "somommmmo",
    "titlecontents": "smommmmo",
    "titlespacing": "smmmmo",
    "newcounter": "mo",
    "allowdisplaybreaks": "o",
    "NeedsTeXFormat": "mo",
    "ProvidesPackage": "mo",
    "ProvidesFile": "mo",
    "ProvidesClass": "mo",
    "PassOptionsToPackage": "mm",
    "setmainfont": "omo",
    "setsansfont": "omo",
    "setmonofont": "omo",
    "setCJKmainfont": "omo",
    "setCJKsansfont": "omo",
    "setCJKmonofont": "omo",
    "setCJKfamilyfont": "mmo",
    "captionsetup": "om",
    "hyperlinksetup": "m",
    "lstdefinestyle": "mm",
    "lstdefinelanguage": "omom",
    "tikzstyle": "m",
}
"""Commands that set nothing themselves, with their arguments: taken and dropped."""

ALONE = names(
    "protect raggedbottom flushbottom frenchspacing nonfrenchspacing makeatletter makeatother "
    "sloppy fussy listfiles makeindex makeglossary phantomsection "
    "immediate global long outer leavevmode unskip ignorespaces ignorespacesafterend "
    "batchmode nonstopmode scrollmode errorstopmode normalbaselines "
    "m@th null@ z@skip removelastskip filbreak goodbreak allowbreak "
    "ProcessOptions selectfont @plus @minus"
)
"""Commands without arguments that set nothing."""

LENGTHS = names(
    "parindent parskip baselineskip leftskip rightskip hsize vsize hoffset voffset topmargin "
    "textheight textwidth oddsidemargin evensidemargin headheight headsep footskip columnsep "
    "marginparwidth marginparsep arraycolsep tabcolsep abovedisplayskip belowdisplayskip "
    "abovedisplayshortskip belowdisplayshortskip topsep partopsep itemsep parsep itemindent "
    "listparindent labelwidth labelsep leftmargin rightmargin mathsurround unitlength fboxsep "
    "fboxrule arrayrulewidth doublerulesep lineskip lineskiplimit abovecaptionskip "
    "belowcaptionskip textfloatsep floatsep intextsep extrarowheight jot multlinegap "
    "smallskipamount medskipamount bigskipamount topskip maxdepth parfillskip emergencystretch "
    "overfullrule footnotesep heavyrulewidth lightrulewidth spaceskip xspaceskip "
    "delimitershortfall nulldelimiterspace scriptspace hfuzz vfuzz pdfpagewidth pdfpageheight "
    "linewidth columnwidth columnseprule multicolsep aboverulesep belowrulesep LTpre LTpost LTleft "
    "LTright"
)
NUMBERS = names(
    "tolerance pretolerance hyphenpenalty exhyphenpenalty clubpenalty widowpenalty "
    "interlinepenalty brokenpenalty predisplaypenalty postdisplaypenalty displaywidowpenalty "
    "binoppenalty relpenalty looseness hangafter hbadness vbadness adjdemerits linepenalty "
    "doublehyphendemerits finalhyphendemerits pdfcompresslevel pdfgentounicode pdfoutput "
    "pdfminorversion pdfobjcompresslevel pdfsuppresswarningpagegroup language lefthyphenmin "
    "righthyphenmin mag delimiterfactor endlinechar newlinechar escapechar fam floatpagefraction "
    "interdisplaylinepenalty interfootnotelinepenalty showboxdepth showboxbreadth "
    "tracingonline errorcontextlines uchyph binoppenalty penalty"
)
"""TeX's parameters: an assignment to one is taken and dropped."""

AS_COMMANDS = names(
    "center flushleft flushright quote quotation itemize enumerate description equation "
    "displaymath tabular array minipage verse longtable"
)
"""Environments that authors' own environments open as `\\center … \\endcenter`."""

CLASS_THEOREMS = {
    "llncs": "theorem lemma corollary proposition definition example exercise problem question "
    "remark claim case conjecture note property solution",
    "svjour3": "theorem lemma corollary proposition definition example exercise problem question "
    "remark claim case conjecture note property solution",
    "svmult": "theorem lemma corollary proposition definition example exercise problem question "
    "remark claim case conjecture note property solution",
    "beamer": "theorem lemma corollary definition example fact",
    "acmart": "theorem lemma corollary proposition definition example conjecture",
}


def is_conditional(name: str, following: Token | None) -> bool:
    """Whether `\\if…` goes with `\\else` and `\\fi`: most unknown ones do, if no brace follows."""
    if name in CONDITIONALS:
        return True
    if name in _NOT_CONDITIONALS or not name.startswith("if"):
        return False
    return following is None or following.kind not in ("begin", "sup", "sub")
