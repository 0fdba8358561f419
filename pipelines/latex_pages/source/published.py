"""Names of published classes and packages, whose code is not an author's macros.

Papers often bring copies of their journal's class along. What such code defines, the content parser
knows or refuses by name; running it would only define its insides.
"""

from __future__ import annotations

import re

from pipelines.latex_pages.source.tokens import names

_FAMILIES = re.compile(
    r"(?:ams|revtex|aastex|emulateapj|IEEE|elsart|svjour|svmult|svmono|sn-jnl|llncs|acmart|acm_|"
    r"sig-alternate|jhep|JHEP|mn2e|mnras|iopart|aipproc|osa|neurips|nips|icml|iclr|cvpr|iccv|eccv|"
    r"emnlp|naacl|coling|aaai|ijcai|interspeech|spie|siam|scr|ctex|CTEX|xeCJK|CJK|beamer|"
    r"tikz|pgf|algorithm|hyperref|natbib|biblatex|babel|wlpeerj|achemso|pnas|asmejour|livecoms|"
    r"copernicus|memoir|tufte|moderncv|babel|fontspec|newtx|newpx|tcolorbox|subcaption)[\w.-]*"
)
_NAMES = names(
    "article report book letter minimal slides proc standalone subfiles import caption subfig "
    "subfigure graphicx graphics epsfig epsf psfig enumerate enumitem booktabs multirow listings "
    "xcolor color colortbl geometry fancyhdr titlesec titletoc microtype cite url float wrapfig "
    "array longtable tabularx tabulary siunitx mathtools amsthm ntheorem thmtools cleveref xspace "
    "etoolbox xparse fontenc inputenc lmodern times mathptmx txfonts pxfonts stmaryrd bbm dsfont "
    "mathrsfs bm physics braket soul ulem appendix comment verbatim fancyvrb minted todonotes "
    "lineno setspace parskip pdfpages xy bussproofs mathpartir placeins rotating makecell "
    "threeparttable dcolumn upquote textcomp marvosym pifont wasysym upgreek mhchem csquotes "
    "makeidx imakeidx glossaries nomencl acronym acro tocloft tocbibind multicol afterpage cancel "
    "nicefrac units xfrac relsize accents esint cases empheq breqn framed ifthen calc keyval "
    "kvoptions mdframed prooftrees forest qtree cprotect mfirstuc isomath extarrows gitinfo2 acl "
    "acl_natbib quantumarticle nature catchfile ifxetex ifluatex ifpdf iftex exam exam-zh "
    "mathdots mathdesign charter helvet courier mathpazo paralist verbatimbox enotez hyphenat "
    "alphalph latexsym fullpage a4wide indentfirst footmisc xltxtra xunicode metalogo hologo "
    "fix-cm ragged2e authblk balance flushend ccaption scalerel stackengine environ cool"
)


def is_published(name: str) -> bool:
    """Whether a class or package is known by name as a published one."""
    return name in _NAMES or _FAMILIES.fullmatch(name) is not None
