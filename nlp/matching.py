"""Whether two items report one event.  The rules are few, in order, and each says in Chinese why."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from nlp.fingerprints import band_keys, overlap
from nlp.offices import read_office
from nlp.traits import Traits

# Days between two reports of one event, by what ties them.  A case runs from inquiry to judgment over two years.
_REPRINT_DAYS = 45
_PERSON_DAYS = 900
_PERSON_ELSEWHERE_DAYS = 30
_NAME_DAYS = 400
_SOMEBODY_DAYS = 20
_MATTER_DAYS = 60
_TITLE_DAYS = 15
_WORDS_DAYS = 7

_SAME_TEXT = 0.42  # Jaccard of shingles
_EXCERPT = 0.80  # share of the shorter text that stands in the longer
_LEAST_EXCERPT = 30  # shingles
_SAME_TITLE = 0.62  # share of the title's weight, days known
_SAME_TITLE_UNDATED = 0.70
_LEAST_TITLE = 3.0  # weight in common
_NEXT_DAYS = 3
_SAME_TITLE_NEXT = 0.80
_LEAST_TITLE_NEXT = 2.4
_PHRASE_DAYS = 200
_LEAST_PHRASE = 5  # characters
_SAME_PHRASE = 3.5
_SAME_WORDS = 0.40
_SAME_WORDS_UNDATED = 0.50
_LEAST_WORDS = 9.0


def same_event(one: Traits, other: Traits) -> str | None:
    """Chinese reason, or None.  Symmetric."""
    if _conflict(one, other):
        return None
    gap = abs((one.day - other.day).days) if one.day is not None and other.day is not None else None
    jaccard, contained = overlap(one.mark, other.mark)
    if _within(gap, _REPRINT_DAYS) and (
        jaccard >= _SAME_TEXT or (contained >= _EXCERPT and min(len(one.mark), len(other.mark)) >= _LEAST_EXCERPT)
    ):
        return "文字基本相同"
    if (
        not one.fact.article.text
        and not other.fact.article.text
        and one.title_words == other.title_words
        and one.title_words
    ):
        return "标题相同" if _within(gap, _REPRINT_DAYS) else None
    if one.digest != other.digest:
        return None
    together = bool(one.where & other.where)
    apart = bool(one.where) and bool(other.where) and not together
    persons = one.persons & other.persons
    alike = _share(one, other) >= _SAME_WORDS and _common(one, other) >= _LEAST_WORDS
    if apart and not (any(len(p) > 2 for p in persons) and alike):
        persons = frozenset()  # a namesake elsewhere
    if persons and not one.digest and _within(gap, _PERSON_ELSEWHERE_DAYS if apart else _PERSON_DAYS):
        return f"同一人员：{'、'.join(sorted(persons))}"
    if apart:
        return None
    names = (one.names | one.persons) & (other.names | other.persons)
    titled = {name for name in names if name in one.title or name in other.title}
    if titled and _within(gap, _NAME_DAYS) and (together or _share(one, other) > 0.1):
        return f"同一人物：{'、'.join(sorted(titled))}"
    if together and one.somebody & other.somebody and gap is not None and gap <= _SOMEBODY_DAYS:
        return f"同地同一人员：{'、'.join(sorted(one.somebody & other.somebody))}"
    matters = one.matters & other.matters
    if together and matters and _within(gap, _MATTER_DAYS) and (len(matters) > 1 or _share(one, other) > 0.15):
        return f"同地同一事项：{'、'.join(sorted(matters)[:3])}"
    if _within(gap, _PHRASE_DAYS) and _phrase_weight(one, other) >= _SAME_PHRASE:
        return "标题中有相同的专称"
    common = sum(min(weight, other.title_words.get(word, 0.0)) for word, weight in one.title_words.items())
    least = min(sum(one.title_words.values()), sum(other.title_words.values()))
    share = common / least if least else 0.0
    needed = _SAME_TITLE if gap is not None else _SAME_TITLE_UNDATED
    if common >= _LEAST_TITLE and _within(gap, _TITLE_DAYS) and share >= needed:
        return "标题说的是同一件事"
    if gap is not None and gap <= _NEXT_DAYS and common >= _LEAST_TITLE_NEXT and share >= _SAME_TITLE_NEXT:
        return "相邻几天，标题说的是同一件事"
    if together and _within(gap, _WORDS_DAYS):
        needed = _SAME_WORDS if gap is not None else _SAME_WORDS_UNDATED
        if _share(one, other) >= needed and _common(one, other) >= _LEAST_WORDS:
            return "同地同时，用词相近"
    return None


def _within(gap: int | None, days: int) -> bool:
    return gap is None or gap <= days


def _conflict(one: Traits, other: Traits) -> bool:
    """What two reports of one event cannot have: other persons, other places, another number of cases."""
    if one.persons and other.persons and one.persons.isdisjoint(other.persons):
        return True
    if one.count and other.count and one.count != other.count and one.digest and other.digest:
        return True
    if one.persons & other.persons:
        return False
    if one.somebody and other.somebody and {p[0] for p in one.somebody}.isdisjoint(p[0] for p in other.somebody):
        return True
    return bool(one.places and other.places and one.places.isdisjoint(other.places))


def _common(one: Traits, other: Traits) -> float:
    return sum(min(weight, other.words.get(word, 0.0)) for word, weight in one.words.items())


def _share(one: Traits, other: Traits) -> float:
    """Weight of common words against that of the shorter text."""
    least = min(sum(one.words.values()), sum(other.words.values()))
    return _common(one, other) / least if least else 0.0


def _phrase_weight(one: Traits, other: Traits) -> float:
    """Weight of the words in the longest phrase that both titles have, places and offices aside."""
    match = SequenceMatcher(None, one.title, other.title, autojunk=False).find_longest_match()
    if match.size < _LEAST_PHRASE:
        return 0.0
    phrase = one.title[match.a : match.a + match.size]
    for place in one.places | other.places:
        phrase = phrase.replace(place, "，")
    return sum(
        weight
        for word, weight in one.title_words.items()
        if word in phrase
        and not read_office(word).functions
        and not word.endswith(("局", "委", "厅", "省", "市", "县", "区"))
    )


def keys_of(traits: Traits) -> Iterator[tuple[str, ...] | tuple[str, int]]:
    """Under which an item is filed and looked for: two reports of one event share at least one."""
    yield from band_keys(traits.mark)
    for person in sorted(traits.persons | traits.names):
        yield ("person", person)
    for place in sorted(traits.where):
        for person in sorted(traits.somebody):
            yield ("somebody", place, person)
        for matter in sorted(traits.matters)[:8]:
            yield ("matter", place, matter)
    heavy = sorted(traits.title_words, key=lambda word: (-traits.title_words[word], word))[:6]
    for first, second in combinations(sorted(heavy), 2):
        yield ("title", first, second)
    strong = sorted(traits.words, key=lambda word: (-traits.words[word], word))[:6]
    for place in sorted(traits.where)[:3]:
        for word in strong:
            yield ("word", place, word)
