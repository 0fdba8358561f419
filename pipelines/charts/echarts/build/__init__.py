"""From a specification and a look to a pyecharts chart, laid out by measuring."""
