"""Write the tables of the engine pages from the engines themselves.

Run ``python docs/engines/tables.py`` after changing an engine; a test fails while a page lags.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.conf import settings

from django_tryon.engines import Engine, all_engines
from django_tryon.engines.params import Parameter, parameters

HERE = Path(__file__).parent
YES_NO = {True: "yes", False: "no"}


def page_of(engine: type[Engine]) -> Path:
    """Return the page of an engine: it has the name of the engine's module."""
    return HERE / f"{engine.__module__.rpartition('.')[2]}.md"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def default_of(parameter: Parameter) -> str:
    """Say what happens when a parameter is left out."""
    if parameter.optional:
        return parameter.unset
    value = parameter.default
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON knows no difference
    return f"`{json.dumps(value)}`"


def parameter_table(engine: type[Engine]) -> str:
    """Return what may be given to an engine."""
    rows = [
        [f"`{parameter.name}`", parameter.allowed, default_of(parameter), parameter.description]
        for parameter in parameters(engine.params).values()
    ]
    return table(["parameter", "allowed", "when left out", "what it does"], rows)


def seconds(engine: type[Engine]) -> str:
    """Say how long an engine usually takes."""
    usual = engine.typical_seconds
    return f"{usual:.0f} s" if usual < 120 else f"{usual / 60:.0f} min"


def facts(engine: type[Engine]) -> dict[str, str]:
    """Return what tells the engines apart."""
    most = engine.max_garments
    further = engine.extra_garment_price
    return {
        "result": {"image": "a picture", "video": "a clip"}[engine.output],
        "person": {"photo": "a photo", "video": "a clip"}[engine.person_kind]
        + (f" under {engine.max_clip_seconds:.0f} s" if engine.max_clip_seconds else ""),
        "garments per job": "1" if most == 1 else f"1 to {most}",
        "categories": ", ".join(f"`{category}`" for category in engine.categories),
        "needs the garment's picture": YES_NO[engine.takes_garment_image],
        "needs a dressed first frame": YES_NO[engine.needs_reference],
        "price of a job, US$": f"about {engine.price}",
        "each further garment, US$": str(further) if further else "none",
        "usual time": seconds(engine),
        "licence of the weights": f"[{engine.licence.name}]({engine.licence.url})",
        "commercial use of the weights": engine.licence.commercial,
        "how sure that is": engine.licence.note,
    }


def facts_table(engine: type[Engine]) -> str:
    """Return the facts of one engine, and what it cannot do."""
    rows = [[name, value] for name, value in facts(engine).items()]
    notes = [*engine.limits, *([engine.price_note] if engine.price_note else [])]
    return table(["", ""], rows) + "\n\n" + "\n".join(f"- {note}" for note in notes)


def matrix() -> str:
    """Return the facts of all engines side by side."""
    engines = list(all_engines().values())
    told = [facts(engine) for engine in engines]
    rows = [[name, *(one[name] for one in told)] for name in told[0]]
    return table(["", *(f"[{e.slug}]({page_of(e).name})" for e in engines)], rows)


def filled(page: Path, blocks: dict[str, str]) -> str:
    """Return the text of a page with its blocks as they should be."""
    text = page.read_text(encoding="utf-8")
    for name, block in blocks.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not marked.search(text):
            raise ValueError(f"{page.name} has no block “{name}”")
        text = marked.sub(lambda found, new=f"\n{block}\n\n": found[1] + new + found[2], text)
    return text


def pages() -> dict[Path, str]:
    """Return each page with the text it should have."""
    expected = {HERE / "index.md": filled(HERE / "index.md", {"matrix": matrix()})}
    for engine in all_engines().values():
        blocks = {"facts": facts_table(engine), "parameters": parameter_table(engine)}
        expected[page_of(engine)] = filled(page_of(engine), blocks)
    return expected


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
