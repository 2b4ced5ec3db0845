"""Markdown with formulas as one page that needs nothing else: no script, no font, no request; it prints well."""

from html import escape

STYLE = """
body { font: 11pt/1.45 Georgia, 'DejaVu Serif', serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #111; }
h1, h2, h3 { line-height: 1.2; break-after: avoid; }
h2 { border-bottom: 1px solid #999; margin-top: 1.6em; }
table { border-collapse: collapse; break-inside: avoid; margin: 1em 0; }
td, th { border: 1px solid #999; padding: .25em .6em; text-align: left; vertical-align: top; }
pre { background: #f2f2f2; padding: .6em; white-space: pre-wrap; font-size: 9.5pt; break-inside: avoid; }
.alert { border-left: 4px solid #999; padding: .1em 1em; break-inside: avoid; }
.room { border: 1px solid #bbb; border-radius: 2mm; margin: .6em 0 1.2em; break-inside: avoid; }
.formula { break-inside: avoid; margin: .8em 0; overflow-x: auto; }
@page { size: A4; margin: 18mm; }
@media print { body { margin: 0; max-width: none; padding: 0; } .formula { overflow: visible; } }
"""


def page(title: str, markdown: str) -> str:
    """The whole page."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    body = html(markdown)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head><body>\n{body}</body></html>\n'


def html(markdown: str) -> str:
    """The text, its formulas as MathML, which browsers draw by themselves."""
    import mistune  # comes with nbconvert
    from latex2mathml.converter import convert

    class Renderer(mistune.HTMLRenderer):
        def block_math(self, text: str) -> str:
            return f'<div class="formula">{convert(text, display="block")}</div>\n'

        def inline_math(self, text: str) -> str:
            return convert(text)

    return mistune.create_markdown(renderer=Renderer(escape=False), plugins=["table", "math"])(markdown)
