"""Lists what each language of the catalogue lacks, beside English, which every language is translated from.

`python tools/missing_words.py [language …]` names, for those languages or for all, the sentences that are missing, left
over, empty, filled in with other blanks, or still English; it ends with 1 where there is any.
"""

import json
import string
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from showme.domain.words import FALLBACK, FOR_CITIZENS, TEAM_LANGUAGES  # noqa: E402 - a tool is run from anywhere

WORDS = ROOT / "words"
ALIKE = {
    ("da", "citizen.screen.stop"): "Stop",
    ("da", "citizen.talk.send"): "Send",
    ("da", "talk.answers.arm"): "Arm",
    ("es", "talk.answers.no"): "No",
    ("it", "talk.answers.no"): "No",
    ("sv", "talk.answers.arm"): "Arm",
    ("sv", "talk.answers.hand"): "Hand",
}
"""What is the same word in English, in the languages that only citizens are spoken to in."""


def languages() -> list[str]:
    """Name the languages: the folders of words/."""
    return sorted(path.name for path in WORDS.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


def sections(language: str) -> dict[str, Any]:
    """Read a language: section -> its words."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((WORDS / language).glob("*.json"))}


def sentences(words: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Flatten nested words: dotted key -> sentence. Raises TypeError for anything that is no sentence."""
    flat: dict[str, str] = {}
    for key, value in words.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            flat |= sentences(value, f"{name}.")
        elif isinstance(value, str):
            flat[name] = value
        else:
            raise TypeError(f"{name} is no sentence: {value!r}")
    return flat


def model_for(language: str) -> dict[str, str]:
    """Return what a language has to say, in English: everything for the team, else what citizens read."""
    english = sections(FALLBACK)
    wanted = english if language in TEAM_LANGUAGES else {name: english[name] for name in FOR_CITIZENS}
    return sentences(wanted)


def blanks(sentence: str) -> set[str]:
    """Return the names of the {blanks} in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def different(model: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    """Say what `other` lacks, has too much, leaves empty, or fills in differently."""
    for key in sorted(model.keys() | other.keys()):
        if key not in other:
            yield f"lacks {key}: {model[key]}"
        elif key not in model:
            yield f"{key} is not in {FALLBACK}"
        elif not other[key].strip():
            yield f"{key} is empty"
        elif blanks(other[key]) != blanks(model[key]):
            yield f"{key} has {sorted(blanks(other[key]))} for {sorted(blanks(model[key]))}"


def untranslated(model: Mapping[str, str], other: Mapping[str, str], alike: Collection[str] = ()) -> Iterator[str]:
    """Say what is still English, but for what has no letters outside of its blanks and for the keys that are alike."""
    for key in sorted(model.keys() & other.keys()):
        plain = "".join(text for text, _, _, _ in string.Formatter().parse(model[key]))
        if key not in alike and model[key] == other[key] and any(letter.isalpha() for letter in plain):
            yield f"{key} is still English: {model[key]}"


def wrong(language: str) -> list[str]:
    """Say everything that is wrong with the words of a language."""
    model, said = model_for(language), sentences(sections(language))
    found = list(different(model, said))
    if language not in TEAM_LANGUAGES:
        found += untranslated(model, said, [key for spoken, key in ALIKE if spoken == language])
    return found


def main(chosen: list[str]) -> int:
    """Print what is wrong, and return whether anything is."""
    found = [f"{language}: {fault}" for language in chosen or languages() for fault in wrong(language)]
    print("\n".join(found) if found else "Every language says everything.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
